import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelId } from '../domain/identifier.ts';
import type { Position } from '../domain/position.ts';
import type { LogRecord } from '../domain/sequencer.ts';
import type { Consumer, Log, Partition } from '../log/log.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import type { Storage } from '../storage/storage.ts';
import { Announcer } from './announcer.ts';
import { Lane } from './lane.ts';
import { Progress } from './progress.ts';

export interface SequencerOptions {
  readonly log: Log;
  readonly storage: Storage;
  readonly pubsub: PubSub;
  /** Told of every failure that is being retried. */
  readonly failed: (error: unknown) => void;
  readonly limits: {
    readonly commandsUnstoredMax: number;
    readonly channelsLoadedMax: number;
    readonly pushFirstBatchMs: number;
    readonly pushFirstUnstoredMax: number;
  };
}

/** The consumed position is written at most so often; a restart reads what lies between again. */
const POSITION_INTERVAL_MS = 200;
const REPLAY_LOOK_MS = 10;

type LogEnd = Awaited<ReturnType<Log['ends']>>[number];

interface Owned {
  readonly partition: Partition;
  readonly progress: Progress;
  moved: number | null;
}

/** The loop around the pure sequencer: reads the log, decides, stores, pushes, answers. */
export class Sequencer implements Consumer {
  readonly #options: SequencerOptions;
  readonly #abort = new AbortController();
  readonly #announcer: Announcer;
  readonly #lanes = new Map<ChannelId, Lane>();
  readonly #owned = new Map<string, Owned>();
  #endsAtStart: readonly LogEnd[] = [];
  #room: (() => void) | null = null;
  #positionTimer: NodeJS.Timeout | null = null;
  #positionMoving: Promise<void> = Promise.resolve();

  constructor(options: SequencerOptions) {
    this.#options = options;
    this.#announcer = new Announcer(options.pubsub, options.failed, this.#abort.signal);
  }

  async start(): Promise<void> {
    this.#endsAtStart = await this.#options.log.ends();
    this.#options.log.consume(this, this.#abort.signal);
  }

  /** Resolves when whatever was in the log at the start has had its effect. */
  async replayed(): Promise<void> {
    while (!this.#abort.signal.aborted && !this.#endsAtStart.every((end) => this.#isReached(end))) {
      await delay(REPLAY_LOOK_MS, undefined, { signal: this.#abort.signal }).catch(() => {});
    }
  }

  /** Commands read from the log that have not had their whole effect. */
  get unfinished(): number {
    let sum = 0;
    for (const { progress } of this.#owned.values()) sum += progress.unfinished;
    return sum;
  }

  async consumedUpTo(partition: Partition): Promise<number | null> {
    const consumed = await this.#options.storage.positions.consumed(partition.epoch, partition.partition);
    this.#owned.set(keyOf(partition), { partition, progress: new Progress(consumed), moved: consumed });
    return consumed;
  }

  async take(records: readonly LogRecord[]): Promise<void> {
    for (const record of records) {
      if (!this.#owned.get(keyOf(record.position))?.progress.begin(record.position.offset)) continue;
      this.#laneOf(record.command.channelId).push(record);
    }
    if (this.unfinished < this.#options.limits.commandsUnstoredMax || this.#abort.signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#room = resolve;
    });
  }

  revoked(partition: Partition): void {
    this.#owned.delete(keyOf(partition));
  }

  /** Stops reading, stores what has been pushed, and writes down how far it came. */
  async close(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.flush()));
    this.#abort.abort();
    this.#room?.();
    if (this.#positionTimer !== null) clearTimeout(this.#positionTimer);
    await this.#positionMoving;
    await this.#movePositions();
  }

  #isReached({ partition, offset }: LogEnd): boolean {
    const consumed = this.#owned.get(keyOf(partition))?.progress.consumed;
    return offset === null || (consumed !== undefined && consumed !== null && consumed >= offset);
  }

  #laneOf(channelId: ChannelId): Lane {
    const existing = this.#lanes.get(channelId);
    this.#lanes.delete(channelId);
    const { storage, failed, limits } = this.#options;
    const lane =
      existing ??
      new Lane({
        channelId,
        storage,
        announcer: this.#announcer,
        signal: this.#abort.signal,
        finished: (record) => this.#finished(record.position),
        failed,
        ...limits,
      });
    this.#lanes.set(channelId, lane);
    if (existing === undefined) this.#forgetIdleLane();
    return lane;
  }

  /** The least recently used of the first few, so that a new channel costs no walk over all. */
  #forgetIdleLane(): void {
    if (this.#lanes.size <= this.#options.limits.channelsLoadedMax) return;
    for (const [channelId, lane] of this.#lanes.entries().take(16)) {
      if (!lane.idle) continue;
      this.#lanes.delete(channelId);
      return;
    }
  }

  #finished(position: Position): void {
    this.#owned.get(keyOf(position))?.progress.finish(position.offset);
    if (this.#room !== null && this.unfinished < this.#options.limits.commandsUnstoredMax) {
      this.#room();
      this.#room = null;
    }
    this.#positionTimer ??= setTimeout(() => {
      this.#positionTimer = null;
      this.#positionMoving = this.#movePositions();
    }, POSITION_INTERVAL_MS);
  }

  async #movePositions(): Promise<void> {
    const { storage, log, failed } = this.#options;
    for (const owned of this.#owned.values()) {
      const { partition, progress } = owned;
      const consumed = progress.consumed;
      if (consumed === null || consumed === owned.moved) continue;
      owned.moved = consumed;
      await storage.positions.move(partition.epoch, partition.partition, consumed).catch(failed);
      await log.trim(partition, consumed).catch(failed);
    }
  }
}

const keyOf = ({ epoch, partition }: Partition): string => `${partition}@${epoch}`;
