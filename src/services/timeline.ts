import type { Limits } from '../config/limits.ts';
import { badInput, unauthenticated } from '../domain/error.ts';
import type { ChannelEvent } from '../domain/event.ts';
import type { ChannelId } from '../domain/identifier.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Storage } from '../storage/storage.ts';
import type { EventStream, Hub, UserListener } from '../stream/hub.ts';
import { requireMember } from './access.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Positions } from './positions.ts';

export interface ChannelPosition {
  readonly channelId: ChannelId;
  readonly sequence: number;
}

export interface Updates {
  readonly events: readonly ChannelEvent[];
  readonly more: boolean;
}

export interface TimelineOptions {
  readonly storage: Pick<Storage, 'channels' | 'memberships' | 'events'>;
  readonly hub: Hub;
  readonly checkpoints: Checkpoints;
  readonly positions: Positions;
  readonly limits: Limits;
}

/** What happens in the viewer's channels: as streams, and for those who poll. */
export class Timeline {
  readonly #options: TimelineOptions;

  constructor(options: TimelineOptions) {
    this.#options = options;
  }

  /** `overflow` is called when the reader is too slow for what arrives: end its connection, it resumes. */
  async channel(
    viewer: Viewer,
    { channelId, after, overflow }: { channelId: ChannelId; after: number | null; overflow: () => void },
  ): Promise<EventStream> {
    const { hub, storage } = this.#options;
    if (after !== null) {
      await requireMember(storage, viewer.userId, channelId);
      await this.#requirePositions([{ channelId, sequence: after }]);
    }
    // It looks for itself who is a member, also after it has begun to listen.
    return hub.channel({ viewer, channelId, after, overflow });
  }

  async inbox(
    viewer: Viewer,
    { after, overflow }: { after: readonly ChannelPosition[]; overflow: () => void },
  ): Promise<EventStream> {
    const { hub } = this.#options;
    const positions = await this.#ownPositions(viewer, after);
    return hub.inbox({ viewer, after: positions, overflow });
  }

  /** Answers at once where something waits, else with the first that happens within `waitMs`, or with nothing. */
  async updates(
    viewer: Viewer,
    request: { after: readonly ChannelPosition[]; waitMs: number; first: number; signal: AbortSignal },
  ): Promise<Updates> {
    const { limits } = this.#options;
    if (request.first < 1 || request.first > limits.updatesMax) {
      throw badInput('first', `Ask for 1 to ${limits.updatesMax} events.`);
    }
    if (request.waitMs < 0 || request.waitMs > limits.updatesWaitSecondsMax * 1_000) {
      throw badInput('wait', `Wait 0 to ${limits.updatesWaitSecondsMax} seconds.`);
    }
    const positions = await this.#allPositions(viewer, await this.#ownPositions(viewer, request.after));
    const waiting = await this.#missed(positions, request.first);
    if (waiting.events.length > 0 || request.waitMs === 0) return waiting;
    return this.#next(viewer, positions, request);
  }

  /** The listed positions of channels that the viewer is in; others are ignored. */
  async #ownPositions(viewer: Viewer, after: readonly ChannelPosition[]): Promise<ReadonlyMap<ChannelId, number>> {
    const { storage, limits } = this.#options;
    if (after.length > limits.channelsPerUserMax) {
      throw badInput('after', `At most ${limits.channelsPerUserMax} positions.`);
    }
    const listed = new Map(after.map(({ channelId, sequence }) => [channelId, sequence]));
    if (listed.size === 0) return listed;
    const own = new Set((await storage.memberships.ofUser(viewer.userId)).map(({ channelId }) => channelId));
    const positions = new Map([...listed].filter(([channelId]) => own.has(channelId)));
    await this.#requirePositions([...positions].map(([channelId, sequence]) => ({ channelId, sequence })));
    return positions;
  }

  async #requirePositions(after: readonly ChannelPosition[]): Promise<void> {
    if (after.some(({ sequence }) => sequence < 0)) throw badInput('after', 'A sequence is not negative.');
    const { storage, positions } = this.#options;
    const heads = await storage.channels.heads(after.map(({ channelId }) => channelId));
    const above = after.filter(({ channelId, sequence }) => sequence > (heads.get(channelId)?.sequence ?? 0));
    await Promise.all(above.map(({ channelId, sequence }) => positions.require(channelId, sequence, 'after')));
  }

  /** All of the viewer's channels: those that are not listed start at the checkpoint. */
  async #allPositions(viewer: Viewer, listed: ReadonlyMap<ChannelId, number>): Promise<Map<ChannelId, number>> {
    const { storage, checkpoints } = this.#options;
    const memberships = await storage.memberships.ofUser(viewer.userId);
    const unlisted = memberships.filter(({ channelId }) => !listed.has(channelId));
    const read = await checkpoints.of(viewer.userId, unlisted);
    return new Map(
      memberships.map(({ channelId }) => [channelId, listed.get(channelId) ?? read.get(channelId)?.sequence ?? 0]),
    );
  }

  /** Shared out among the channels that have something, so that a busy one does not keep the others waiting. */
  async #missed(positions: ReadonlyMap<ChannelId, number>, first: number): Promise<Updates> {
    const { storage } = this.#options;
    const heads = await storage.channels.heads([...positions.keys()]);
    const behind = [...positions].filter(([channelId, sequence]) => (heads.get(channelId)?.sequence ?? 0) > sequence);
    const share = Math.max(1, Math.ceil(first / Math.max(1, behind.length)));
    const events: ChannelEvent[] = [];
    let more = false;
    for (const [channelId, sequence] of behind) {
      const room = Math.min(share, first - events.length);
      if (room > 0) events.push(...(await storage.events.after(channelId, sequence, room)));
      const reached = events.at(-1)?.channelId === channelId ? (events.at(-1)?.sequence ?? sequence) : sequence;
      more ||= reached < (heads.get(channelId)?.sequence ?? 0);
    }
    return { events, more };
  }

  /** Whether the store has more than these events after the positions. */
  async #isBehind(before: ReadonlyMap<ChannelId, number>, events: readonly ChannelEvent[]): Promise<boolean> {
    const positions = new Map(before);
    for (const { channelId, sequence } of events) if (sequence !== null) positions.set(channelId, sequence);
    const heads = await this.#options.storage.channels.heads([...positions.keys()]);
    return [...positions].some(([channelId, sequence]) => (heads.get(channelId)?.sequence ?? 0) > sequence);
  }

  /** A stream from the same positions: nothing falls between the look at the store and the wait, which a log-out ends. */
  async #next(
    viewer: Viewer,
    positions: ReadonlyMap<ChannelId, number>,
    { waitMs, first, signal }: { waitMs: number; first: number; signal: AbortSignal },
  ): Promise<Updates> {
    const { hub } = this.#options;
    const stream = await hub.inbox({ viewer, after: positions, overflow: () => {} });
    const end = (): void => void stream.return?.();
    let isOver = false;
    const session: UserListener = {
      hear: (hint) => {
        if (hint.kind !== 'loggedOut' || hint.sessionId !== viewer.sessionId) return;
        isOver = true;
        end();
      },
    };
    const timer = setTimeout(end, waitMs);
    signal.addEventListener('abort', end, { once: true });
    try {
      await hub.listen(viewer.userId, session);
      if (signal.aborted) return { events: [], more: false };
      const events = await gather(stream, first);
      if (isOver) throw unauthenticated('The session has ended: log in again.');
      return { events, more: events.length >= first && (await this.#isBehind(positions, events)) };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      hub.unlisten(viewer.userId, session);
      end();
    }
  }
}

/** The next event and whatever else is there already, up to `first`. */
async function gather(stream: EventStream, first: number): Promise<readonly ChannelEvent[]> {
  const events: ChannelEvent[] = [];
  for await (const event of stream) {
    events.push(event);
    if (events.length === 1) setImmediate(() => void stream.return?.());
    if (events.length >= first) break;
  }
  return events;
}
