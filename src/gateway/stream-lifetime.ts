import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { ParleyError, unauthenticated, unavailable } from '../domain/error.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { ClientConnection } from '../graphql/context.ts';
import type { Engine } from '../graphql/engine.ts';
import type { Services } from '../services/services.ts';
import type { Hub } from '../stream/hub.ts';
import type { Admission } from './admission.ts';
import { EndableResults } from './endable-results.ts';
import { SessionWatch } from './session-watch.ts';

/** Somebody's stream, as one who closes the node sees it. */
export interface EventStream {
  /** Ends the response without an end of the subscription, which clients take for final: they are to come back elsewhere. */
  leave(): void;
}

export interface StreamLifetimeOptions {
  readonly engine: Engine;
  readonly services: Services;
  readonly hub: Hub;
  readonly admission: Admission;
  readonly stalledMs: number;
  /** Those that are open, to be ended when the node drains. */
  readonly streams: Set<EventStream>;
  /** Aborts when the node drains. */
  readonly draining: AbortSignal;
}

export interface StreamRequest {
  readonly viewer: Viewer;
  readonly connection: ClientConnection;
  readonly response: ServerResponse;
  /** Rejects where the token proves nothing any more. */
  readonly authenticate: () => Promise<unknown>;
}

/** Longer timers than this overflow in Node; tokens live far shorter. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** An ended stream whose reader does not take the rest is cut. */
const END_MS_MAX = 5_000;

/**
 * Makes a server-sent event stream a connection like a socket: it takes one of the user's places, keeps them online, and
 * ends with their session, which it can't renew. One whose reader takes nothing is cut.
 */
export async function asConnection(
  results: AsyncIterableIterator<ExecutionResult>,
  { viewer, connection, response, authenticate }: StreamRequest,
  { engine, services, hub, admission, stalledMs, streams, draining }: StreamLifetimeOptions,
): Promise<AsyncIterableIterator<ExecutionResult>> {
  const releases: (() => void)[] = [];
  const stream = new EndableResults(results, () => {
    for (const release of releases) release();
    cutUnlessClosed(response, END_MS_MAX);
  });
  const sessionEnded = (): void => {
    const error = engine.maskError(unauthenticated('The session has ended: log in again.'), connection.requestId);
    stream.end({ errors: [error] });
  };
  const watch = new SessionWatch({ sessionEnded });
  releases.push(() => watch.stop());
  releases.push(whenExpired(viewer, sessionEnded));
  const leaving: EventStream = {
    leave: () => {
      if (!response.headersSent) return stream.end(null);
      stream.hold();
      response.end();
      cutUnlessClosed(response, END_MS_MAX);
    },
  };
  releases.push(() => streams.delete(leaving));
  streams.add(leaving);
  // A sign of life may come between the end and the close.
  response.on('error', () => {});
  response.once('close', () => stream.end(null));
  try {
    if (draining.aborted) throw unavailable('This node is shutting down.');
    releases.push(...takePlaces(admission, viewer));
    releases.push(cutWhenStalled(response, stalledMs));
    await watch.start({ hub, services }, viewer);
    // Nobody has heard a log-out from before the watch.
    await authenticate();
  } catch (error) {
    stream.end(null);
    throw error;
  }
  // An empty stream would be one that is over.
  if (stream.ended && draining.aborted) throw unavailable('This node is shutting down.');
  if (stream.ended) return stream;
  services.presence.connected(viewer.userId);
  releases.push(() => services.presence.disconnected(viewer.userId));
  return stream;
}

function takePlaces(admission: Admission, { userId }: Viewer): readonly (() => void)[] {
  if (!admission.enter()) throw unavailable('This node is full.');
  if (admission.enterAs(userId)) return [() => admission.leave(), () => admission.leaveAs(userId)];
  admission.leave();
  throw new ParleyError('RATE_LIMITED', 'Too many sockets and streams of this user.', { retryAfterMs: 1_000 });
}

/** A stream's token can't be renewed. */
function whenExpired({ expiresAt }: Viewer, act: () => void): () => void {
  const timer = setTimeout(act, Math.min(Math.max(0, expiresAt - Date.now()), TIMER_MS_MAX));
  timer.unref();
  return () => clearTimeout(timer);
}

function cutUnlessClosed(response: ServerResponse, afterMs: number): void {
  if (response.closed) return;
  const cut = setTimeout(() => response.destroy(), afterMs);
  cut.unref();
  response.once('close', () => clearTimeout(cut));
}

/**
 * Destroys a response of which nothing has been taken for too long though something waits. A slow reader's response wants to
 * drain at any time that one looks; that it does so now and then tells it from one that is gone. The result ends the watch.
 */
function cutWhenStalled(response: ServerResponse, stalledMs: number): () => void {
  let drainedAt = performance.now();
  const drained = (): void => {
    drainedAt = performance.now();
  };
  const timer = setInterval(() => {
    if (!response.writableNeedDrain) drained();
    else if (performance.now() - drainedAt >= stalledMs) response.destroy();
  }, stalledMs / 4);
  timer.unref();
  response.on('drain', drained);
  return () => {
    clearInterval(timer);
    response.off('drain', drained);
  };
}
