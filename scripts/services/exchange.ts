import { connect } from 'node:net';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Exchange {
  readonly request: Uint8Array | string;
  /** Whether what came so far is the answer that is hoped for. */
  readonly isAnswer: (reply: Buffer) => boolean;
}

const ANSWER_MS_MAX = 2_000;

/** Sends a request over a connection of its own; false when another answer, an error or nothing comes within two seconds. */
export async function answers({ host, port }: Address, { request, isAnswer }: Exchange): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let reply = Buffer.alloc(0);
  const socket = connect({ host, port });
  socket.setTimeout(ANSWER_MS_MAX, () => resolve(false));
  socket.once('connect', () => socket.write(request));
  socket.on('data', (chunk) => {
    reply = Buffer.concat([reply, chunk]);
    if (isAnswer(reply)) resolve(true);
  });
  socket.once('error', () => resolve(false));
  socket.once('close', () => resolve(false));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
