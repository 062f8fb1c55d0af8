import type { ChannelEvent, ChannelPosition } from './event.ts';
import { CLIENT_LIMITS } from './limits.ts';

export type Verdict =
  /** Follows what is known without a gap, or takes no position: to be given out. */
  | 'next'
  /** Has been given out. */
  | 'repeat'
  /** Something between is missing: to be read again from the position. */
  | 'gap'
  /** Of a channel whose position is not known yet. */
  | 'unknown';

/** What to do with an event. `position` is the newest sequence that was given out of its channel, where there is one. */
export function judge(position: number | undefined, event: ChannelEvent, viewerId: string): Verdict {
  const { sequence } = event;
  if (sequence === null) return 'next';
  if (position === undefined) return beginsChannel(event, viewerId) ? 'next' : 'unknown';
  if (sequence <= position) return 'repeat';
  if (sequence === position + 1) return 'next';
  // A member who comes back begins at the own join: what was between is nobody's loss.
  return isOwnJoin(event, viewerId) ? 'next' : 'gap';
}

/** The first event that a viewer can have of a channel: the first of all, or the own join. */
const beginsChannel = (event: ChannelEvent, viewerId: string): boolean =>
  event.sequence === 1 || isOwnJoin(event, viewerId);

const isOwnJoin = (event: ChannelEvent, viewerId: string): boolean =>
  event.__typename === 'MemberJoined' && event.membership.user.id === viewerId;

const isOwnLeave = (event: ChannelEvent, viewerId: string): boolean =>
  event.__typename === 'MemberLeft' && event.user.id === viewerId;

/**
 * How far a client has come in each channel. Whatever repeats, gaps and reorderings a transport makes, each event with a position is given out
 * once and in order.
 */
export class Cursors {
  readonly #viewerId: string;
  readonly #positions = new Map<string, number>();
  readonly #held = new Map<string, ChannelEvent[]>();

  constructor(viewerId: string) {
    this.#viewerId = viewerId;
  }

  get(channelId: string): number | undefined {
    return this.#positions.get(channelId);
  }

  list(): readonly ChannelPosition[] {
    return Array.from(this.#positions, ([channelId, sequence]) => ({ channelId, sequence }));
  }

  /** Counts the event as given out where it is `next`; keeps it where it is `unknown`. */
  take(event: ChannelEvent): Verdict {
    const channelId = event.channel.id;
    const verdict = judge(this.#positions.get(channelId), event, this.#viewerId);
    if (verdict === 'unknown') this.#hold(channelId, event);
    // It is known from its start: a listing that began before it was made does not lose it, and a link that resumes asks for it.
    if (event.__typename === 'ChannelCreated' && !this.#positions.has(channelId)) this.#positions.set(channelId, 0);
    if (verdict !== 'next' || event.sequence === null) return verdict;
    // What was held is older than this: it is no part of what follows.
    this.forget(channelId);
    if (!isOwnLeave(event, this.#viewerId)) this.#positions.set(channelId, event.sequence);
    return verdict;
  }

  /** The channel is known to have come so far. Returns what was held of it, to be taken again. */
  adopt(channelId: string, sequence: number): readonly ChannelEvent[] {
    if (this.#positions.has(channelId)) return [];
    this.#positions.set(channelId, sequence);
    const held = this.#held.get(channelId) ?? [];
    this.#held.delete(channelId);
    return held;
  }

  forget(channelId: string): void {
    this.#positions.delete(channelId);
    this.#held.delete(channelId);
  }

  #hold(channelId: string, event: ChannelEvent): void {
    const held = this.#held.get(channelId) ?? [];
    // What is dropped shows as a gap once the channel is known.
    if (held.length < CLIENT_LIMITS.heldEventsMax) this.#held.set(channelId, [...held, event]);
  }
}
