import type { ChannelId } from '../domain/identifier.ts';

interface Change {
  readonly head: number;
  readonly at: number;
}

export interface ChangedSince {
  /** False where the list does not reach back so far: channels may have changed that are not in it. */
  readonly isComplete: boolean;
  /** Each with the highest sequence that was published. */
  readonly heads: readonly (readonly [ChannelId, number])[];
}

/** The channels of one partition that have changed lately. Times are whatever the caller counts by, never going back. */
export class RecentHeads {
  readonly #channelsMax: number;
  /** Longest unchanged first. */
  readonly #changes = new Map<ChannelId, Change>();
  /** What changed before is not known, or not any more. */
  #knownFrom: number;

  constructor({ channelsMax, knownFrom }: { readonly channelsMax: number; readonly knownFrom: number }) {
    this.#channelsMax = channelsMax;
    this.#knownFrom = knownFrom;
  }

  note(channelId: ChannelId, head: number, at: number): void {
    const known = this.#changes.get(channelId);
    this.#changes.delete(channelId);
    this.#changes.set(channelId, { head: Math.max(head, known?.head ?? 0), at });
    if (this.#changes.size <= this.#channelsMax) return;
    const [oldest] = this.#changes;
    if (oldest === undefined) return;
    this.#changes.delete(oldest[0]);
    // Of what changed at that very time others may be left.
    this.#knownFrom = Math.max(this.#knownFrom, oldest[1].at + 1);
  }

  since(at: number): ChangedSince {
    const heads: [ChannelId, number][] = [];
    for (const [channelId, change] of this.#changes) if (change.at >= at) heads.push([channelId, change.head]);
    return { isComplete: at >= this.#knownFrom, heads };
  }
}
