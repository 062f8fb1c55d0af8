import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { ParleyError, unauthenticated } from '../domain/error.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Engine } from '../graphql/engine.ts';
import type { Services } from '../services/services.ts';
import type { Hub } from '../stream/hub.ts';
import type { Admission } from './admission.ts';
import { SessionWatch } from './session-watch.ts';

export interface StreamLifetimeOptions {
  readonly engine: Engine;
  readonly services: Services;
  readonly hub: Hub;
  readonly admission: Admission;
  readonly stalledMs: number;
  /** Aborts when the node drains. */
  readonly draining: AbortSignal;
}

type Results = AsyncIterableIterator<ExecutionResult>;

/**
 * Makes a server-sent event stream a connection like a socket: it takes one of the user's places, keeps them online, and
 * ends with their session, which it can't renew. One whose reader takes nothing is cut.
 */
export async function asConnection(
  results: Results,
  { viewer, response, requestId }: { viewer: Viewer; response: ServerResponse; requestId: string },
  { engine, services, hub, admission, stalledMs, draining }: StreamLifetimeOptions,
): Promise<Results> {
  const leave = admission.enterAs(viewer.userId);
  if (leave === null) {
    await results.return?.();
    throw new ParleyError('RATE_LIMITED', 'Too many sockets and streams of this user.', { retryAfterMs: 1_000 });
  }
  const ending = Promise.withResolvers<ExecutionResult | null>();
  const watch = new SessionWatch(() => {
    const error = engine.maskError(unauthenticated('The session has ended: log in again.'), requestId);
    ending.resolve({ errors: [error] });
  });
  const disconnected = services.presence.connected(viewer.userId);
  const stall = cutWhenStalled(response, stalledMs);
  const drained = (): void => ending.resolve(null);
  draining.addEventListener('abort', drained, { once: true });
  const release = (): void => {
    leave();
    watch.stop();
    disconnected();
    stall();
    draining.removeEventListener('abort', drained);
    ending.resolve(null);
  };
  response.once('close', () => {
    release();
    void results.return?.().catch(() => {});
  });
  await watch.start(hub, viewer);
  return endedBy(results, ending.promise, release);
}

/** The results until there are no more, or until `ending` gives the last of them, or none. */
async function* endedBy(
  results: Results,
  ending: Promise<ExecutionResult | null>,
  release: () => void,
): AsyncGenerator<ExecutionResult> {
  try {
    const last = ending.then((result) => ({ last: result }));
    for (;;) {
      const next = await Promise.race([results.next(), last]);
      if ('last' in next) {
        if (next.last !== null) yield next.last;
        return;
      }
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    release();
    await results.return?.();
  }
}

/** Destroys a response that has wanted to drain for too long. The result ends the watch. */
function cutWhenStalled(response: ServerResponse, stalledMs: number): () => void {
  let drainedAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    if (!response.writableNeedDrain) drainedAt = now;
    else if (now - drainedAt >= stalledMs) response.destroy();
  }, stalledMs / 4);
  timer.unref();
  return () => clearInterval(timer);
}
