import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, createClient } from 'node-zookeeper-client';

const SPIN_MS = 500;
const LOOK_MS = 5;

/** The client's own part that holds its connection. It has no public way to be ended by force, and throws where nobody can catch it. */
interface Connection {
  readonly socket?: Socket;
  /** The begin of a packet whose rest has not come yet. */
  pendingBuffer: Buffer | null;
  onSocketConnected: () => void;
  onSocketData: (data: Buffer) => void;
  onSocketClosed: (hadError: boolean) => void;
}

const connectionOf = (client: Client): Connection =>
  (client as unknown as { readonly connectionManager: Connection }).connectionManager;

/** A client that is not connected yet. `broken` is told where it could make nothing of what it was sent: it is to be left then. */
export function createGuardedClient(
  address: string,
  { sessionMs, broken }: { readonly sessionMs: number; readonly broken: (error: unknown) => void },
): Client {
  const client = createClient(address, { sessionTimeout: sessionMs, spinDelay: SPIN_MS, retries: 0 });
  const connection = connectionOf(client);
  const { onSocketData, onSocketClosed } = connection;
  connection.onSocketData = (data) => {
    try {
      onSocketData.call(connection, data);
    } catch (error) {
      broken(error);
    }
  };
  connection.onSocketClosed = (hadError) => {
    // It would be put before what the next connection brings.
    connection.pendingBuffer = null;
    onSocketClosed.call(connection, hadError);
  };
  return client;
}

/**
 * Ends a client for good. Where it is connected it asks the server to end the session, and has `graceMs` for that; otherwise, and
 * afterwards, it is cut off. Left to itself, one whose server is frozen would keep its connection, and the process, for ever.
 */
export async function leaveClient(client: Client, graceMs: number): Promise<void> {
  const connection = connectionOf(client);
  const end = performance.now() + graceMs;
  try {
    client.close();
  } catch {
    // It has no connection to say it on.
  }
  while (connection.socket?.destroyed === false && performance.now() < end) await delay(LOOK_MS);
  // It may be between two servers, and would take the next one's welcome for an answer.
  connection.onSocketData = () => {};
  connection.onSocketConnected = () => void connection.socket?.destroy();
  connection.socket?.removeAllListeners('data');
  connection.socket?.destroy();
}
