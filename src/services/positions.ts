import { setTimeout as delay } from 'node:timers/promises';
import { badInput, unavailable } from '../domain/error.ts';
import type { ChannelId } from '../domain/identifier.ts';
import type { Log } from '../log/log.ts';
import type { Storage } from '../storage/storage.ts';

export interface PositionsOptions {
  readonly storage: Pick<Storage, 'channels' | 'positions'>;
  readonly log: Log;
  readonly limits: { readonly positionWaitMs: number };
}

const LOOK_AGAIN_MS = 25;

/** Whether a channel has come as far as a client says it has seen. */
export class Positions {
  readonly #options: PositionsOptions;

  constructor(options: PositionsOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the stored head has reached the sequence: a PUSH_FIRST channel's follows what was pushed by a batch.
   * BAD_USER_INPUT where the log has been read to its end and the head is still below; UNAVAILABLE where that takes too long.
   */
  async require(channelId: ChannelId, sequence: number, field: string): Promise<void> {
    if (await this.#isStored(channelId, sequence)) return;
    const { log, limits } = this.#options;
    const deadline = performance.now() + limits.positionWaitMs;
    const ends = await log.ends();
    const end = ends.find(({ partition }) => partition.partition === log.partitionOf(channelId));
    while (performance.now() < deadline) {
      const isRead = end === undefined || end.offset === null || (await this.#isConsumed(end.partition, end.offset));
      if (await this.#isStored(channelId, sequence)) return;
      if (isRead) throw badInput(field, `The channel has not come to ${sequence} yet.`);
      await delay(LOOK_AGAIN_MS);
    }
    throw unavailable('The channel is still catching up: try again.');
  }

  async #isStored(channelId: ChannelId, sequence: number): Promise<boolean> {
    const head = (await this.#options.storage.channels.heads([channelId])).get(channelId);
    return (head?.sequence ?? 0) >= sequence;
  }

  async #isConsumed(partition: { epoch: string; partition: number }, offset: number): Promise<boolean> {
    const consumed = await this.#options.storage.positions.consumed(partition.epoch, partition.partition);
    return consumed !== null && consumed >= offset;
  }
}
