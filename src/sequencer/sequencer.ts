import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelId } from '../domain/identifier.ts';
import type { LogRecord } from '../domain/sequencer.ts';
import type { Consumer, Log, Partition } from '../log/log.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import type { Storage } from '../storage/storage.ts';
import { NO_TRACER, type Tracer } from '../telemetry/tracer.ts';
import { Announcer } from './announcer.ts';
import { Answers } from './answers.ts';
import { HeadReports, type HeadReportsOptions } from './head-reports.ts';
import { Lane, type LaneLimits } from './lane.ts';
import { Progress } from './progress.ts';

export interface SequencerOptions {
  readonly log: Log;
  readonly storage: Storage;
  readonly pubsub: PubSub;
  readonly tracer?: Tracer;
  /** Told of every failure that is being retried. */
  readonly failed: (error: unknown) => void;
  /** Told in words when what had failed works again. */
  readonly recovered?: (what: string) => void;
  /** How long the end waits for the store; what it has not taken by then is in the log for the next owner. */
  readonly closeWaitMs?: number;
  readonly limits: LaneLimits &
    HeadReportsOptions['limits'] & {
      readonly commandsUnstoredMax: number;
      readonly channelsLoadedMax: number;
      readonly positionRetryMsMax: number;
      readonly failureLogMs: number;
    };
}

/** The consumed position is written at most so often; a restart reads what lies between again. */
const POSITION_INTERVAL_MS = 200;
const REPLAY_LOOK_FIRST_MS = 5;
const REPLAY_LOOK_MS_MAX = 100;
/** Long enough for the log to give this node its part; what it has not been given by then is read by others. */
const OTHERS_WAIT_MS = 10_000;
const CLOSE_WAIT_MS = 5_000;

type LogEnd = Awaited<ReturnType<Log['ends']>>[number];

interface Owned {
  readonly partition: Partition;
  readonly progress: Progress;
  /** Ends the work of its lanes. */
  readonly abort: AbortController;
  moved: number | null;
}

interface OwnedLane {
  readonly lane: Lane;
  readonly owned: Owned;
}

/** The loop around the pure sequencer: reads the log, decides, stores, pushes, answers. */
export class Sequencer implements Consumer {
  readonly #options: SequencerOptions;
  readonly #announcer: Announcer;
  readonly #headReports: HeadReports;
  readonly #answers: Answers;
  readonly #abort = new AbortController();
  readonly #lanes = new Map<ChannelId, OwnedLane>();
  readonly #owned = new Map<string, Owned>();
  #endsAtStart: readonly LogEnd[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #isClosing = false;
  #room: PromiseWithResolvers<void> | null = null;
  #positionTimer: NodeJS.Timeout | null = null;
  #positionWaitMs = POSITION_INTERVAL_MS;
  /** When it was told last that positions can't be written; null while they can. */
  #positionFailureToldAt: number | null = null;
  #positionsMoving: Promise<void> = Promise.resolve();

  constructor(options: SequencerOptions) {
    const { storage, pubsub, failed } = options;
    this.#options = options;
    this.#headReports = new HeadReports(options);
    this.#announcer = new Announcer(pubsub, failed, (channelId, head) => this.#headReports.changed(channelId, head));
    this.#answers = new Answers({ pubsub, outcomes: storage.outcomes, failed });
  }

  async start(): Promise<void> {
    this.#endsAtStart = await this.#options.log.ends();
    await this.#headReports.start(this.#endsAtStart.length);
    this.#options.log.consume(this, this.#abort.signal);
  }

  /**
   * Resolves when whatever was in the log at the start has had its effect, but for what stands in a channel that has stopped.
   * Partitions that others read are theirs to finish.
   */
  async replayed(): Promise<void> {
    const { signal } = this.#abort;
    let missing = this.#endsAtStart;
    let waitMs = REPLAY_LOOK_FIRST_MS;
    const othersUntil = performance.now() + OTHERS_WAIT_MS;
    while (!signal.aborted) {
      const reached = await Promise.all(missing.map((end) => this.#isReached(end)));
      const isOthers = performance.now() > othersUntil;
      missing = missing.filter(
        ({ partition }, index) => !reached[index] && !(isOthers && !this.#owned.has(keyOf(partition))),
      );
      if (missing.length === 0) return;
      await delay(waitMs, undefined, { signal }).catch(() => {});
      waitMs = Math.min(2 * waitMs, REPLAY_LOOK_MS_MAX);
    }
  }

  /** Commands read from the log that have not had their whole effect. */
  get unfinished(): number {
    let sum = 0;
    for (const { progress } of this.#owned.values()) sum += progress.unfinished;
    return sum;
  }

  /** Channels that a fault has stopped: see `ChannelStopped`. Above 0 somebody has to look at the log lines. */
  get stoppedChannels(): number {
    let sum = 0;
    for (const { lane } of this.#lanes.values()) if (lane.isStopped) sum += 1;
    return sum;
  }

  /** Commands in the log that have not had their effect, of each partition that is consumed here. */
  async lag(): Promise<ReadonlyMap<number, number>> {
    const lags = new Map<number, number>();
    for (const { partition, offset } of await this.#options.log.ends()) {
      const owned = this.#owned.get(keyOf(partition));
      if (owned !== undefined)
        lags.set(partition.partition, Math.max(0, (offset ?? -1) - (owned.progress.consumed ?? -1)));
    }
    return lags;
  }

  async consumedUpTo(partition: Partition): Promise<number | null> {
    const { storage } = this.#options;
    const consumed = await storage.positions.consumed(partition.epoch, partition.partition);
    this.revoked(partition);
    const abort = new AbortController();
    if (this.#abort.signal.aborted) abort.abort();
    this.#owned.set(keyOf(partition), {
      ...{ partition, abort, moved: consumed },
      progress: new Progress(consumed),
    });
    this.#headReports.assigned(partition.partition);
    return consumed;
  }

  async take(records: readonly LogRecord[]): Promise<void> {
    // They are in the log for the next owner.
    if (this.#isClosing) return this.#ended.promise;
    for (const record of records) {
      const owned = this.#owned.get(keyOf(record.position));
      if (!owned?.progress.begin(record.position.offset)) continue;
      this.#laneOf(record.command.channelId, owned).push(record);
    }
    while (this.unfinished >= this.#options.limits.commandsUnstoredMax && !this.#isClosing) {
      this.#room ??= Promise.withResolvers<void>();
      await this.#room.promise;
    }
  }

  passed(partition: Partition, offset: number): void {
    const owned = this.#owned.get(keyOf(partition));
    if (!owned?.progress.begin(offset)) return;
    owned.progress.finish(offset);
    this.#movePositionsSoon();
  }

  /** Its lanes go too: what they know is stale when the partition comes back. */
  revoked(partition: Partition): void {
    const owned = this.#owned.get(keyOf(partition));
    if (owned === undefined) return;
    this.#owned.delete(keyOf(partition));
    owned.abort.abort();
    this.#headReports.revoked(partition.partition);
    for (const [channelId, lane] of this.#lanes) if (lane.owned === owned) this.#lanes.delete(channelId);
    this.#makeRoom();
  }

  /** Stops reading, stores what has been pushed, and writes down how far it came. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#makeRoom();
    const finished = Promise.all([...this.#lanes.values()].map(({ lane }) => lane.finish()));
    // Before others read on, so that they need not do again what was done here.
    const handedOn = finished.then(() => this.#movePositions());
    const waiting = new AbortController();
    const { signal } = waiting;
    const waitMs = this.#options.closeWaitMs ?? CLOSE_WAIT_MS;
    await Promise.race([handedOn, delay(waitMs, undefined, { signal }).catch(() => {})]);
    waiting.abort();
    this.#abort.abort();
    for (const { abort } of this.#owned.values()) abort.abort();
    this.#ended.resolve();
    if (this.#positionTimer !== null) clearTimeout(this.#positionTimer);
    await this.#positionsMoving;
    await this.#movePositions();
    this.#announcer.close();
    this.#headReports.close();
  }

  async #isReached({ partition, offset }: LogEnd): Promise<boolean> {
    if (offset === null) return true;
    const { storage, failed } = this.#options;
    const own = this.#owned.get(keyOf(partition));
    const settled =
      own !== undefined
        ? own.progress.settled
        : await storage.positions.consumed(partition.epoch, partition.partition).catch((error: unknown) => {
            failed(error);
            return null;
          });
    return settled !== null && settled >= offset;
  }

  #laneOf(channelId: ChannelId, owned: Owned): Lane {
    const existing = this.#lanes.get(channelId);
    this.#lanes.delete(channelId);
    const used = existing ?? { lane: this.#newLane(channelId, owned), owned };
    this.#lanes.set(channelId, used);
    if (existing === undefined) this.#forgetIdleLane();
    return used.lane;
  }

  #newLane(channelId: ChannelId, { abort }: Owned): Lane {
    const { storage, failed, limits, tracer = NO_TRACER } = this.#options;
    const finished = ({ position }: LogRecord): void => {
      this.#owned.get(keyOf(position))?.progress.finish(position.offset);
      if (this.unfinished < limits.commandsUnstoredMax) this.#makeRoom();
      this.#movePositionsSoon();
    };
    const setAside = ({ position }: LogRecord): void => {
      this.#owned.get(keyOf(position))?.progress.setAside(position.offset);
      if (this.unfinished < limits.commandsUnstoredMax) this.#makeRoom();
    };
    const { signal } = abort;
    const telling = { announcer: this.#announcer, answers: this.#answers, tracer };
    return new Lane({ channelId, storage, ...telling, signal, finished, setAside, failed, limits });
  }

  /** The least recently used of the first few, so that a new channel costs no walk over all. */
  #forgetIdleLane(): void {
    if (this.#lanes.size <= this.#options.limits.channelsLoadedMax) return;
    for (const [channelId, { lane }] of this.#lanes.entries().take(16)) {
      if (!lane.idle) continue;
      this.#lanes.delete(channelId);
      return;
    }
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = null;
  }

  #movePositionsSoon(): void {
    if (this.#abort.signal.aborted) return;
    this.#positionTimer ??= setTimeout(() => {
      this.#positionsMoving = this.#movePositions().then(() => {
        this.#positionTimer = null;
        if (this.#hasMoved()) this.#movePositionsSoon();
      });
    }, this.#positionWaitMs);
  }

  #hasMoved(): boolean {
    return [...this.#owned.values()].some(({ progress, moved }) => progress.consumed !== moved);
  }

  /** Where it fails it is tried again less and less often: nothing but the length of the next replay depends on it. */
  async #movePositions(): Promise<void> {
    const { recovered, limits } = this.#options;
    const moved = await Promise.allSettled([...this.#owned.values()].map((owned) => this.#movePosition(owned)));
    const failure = moved.find((move) => move.status === 'rejected');
    if (failure !== undefined) {
      this.#positionWaitMs = Math.min(2 * this.#positionWaitMs, limits.positionRetryMsMax);
      this.#tellOutage(failure.reason);
      return;
    }
    this.#positionWaitMs = POSITION_INTERVAL_MS;
    if (this.#positionFailureToldAt !== null) recovered?.('The consumed position is written again.');
    this.#positionFailureToldAt = null;
  }

  #tellOutage(failure: unknown): void {
    const { failed, limits } = this.#options;
    const now = performance.now();
    const toldAt = this.#positionFailureToldAt;
    if (toldAt !== null && now - toldAt < limits.failureLogMs) return;
    this.#positionFailureToldAt = now;
    failed(failure);
  }

  async #movePosition(owned: Owned): Promise<void> {
    const { storage, log } = this.#options;
    const { partition, progress } = owned;
    const consumed = progress.consumed;
    if (consumed === null || consumed === owned.moved) return;
    await storage.positions.move(partition.epoch, partition.partition, consumed);
    owned.moved = consumed;
    // Only now: a log that is trimmed further than the position says would be waited for at the next start.
    await log.trim(partition, consumed);
  }
}

const keyOf = ({ epoch, partition }: Partition): string => `${partition}@${epoch}`;
