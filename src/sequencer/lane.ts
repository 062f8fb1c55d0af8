import { applyCreation, applyEvents, type ChannelView } from '../domain/channel-view.ts';
import type { Command } from '../domain/command.ts';
import type { ChannelId, MessageId } from '../domain/identifier.ts';
import { type Decision, decide, type LogRecord } from '../domain/sequencer.ts';
import type { Storage } from '../storage/storage.ts';
import { type Tracer, traced } from '../telemetry/tracer.ts';
import type { Announcer } from './announcer.ts';
import type { Answers } from './answers.ts';
import { ChannelStopped } from './channel-stopped.ts';
import { effectsOf } from './effects.ts';
import { learnNamedMessages, loadView } from './loader.ts';
import { persist } from './persist.ts';
import { type Decided, storedOf } from './stored.ts';

export interface LaneOptions {
  readonly channelId: ChannelId;
  readonly storage: Storage;
  readonly announcer: Announcer;
  readonly answers: Answers;
  readonly tracer: Tracer;
  /** Stops retries; what is unfinished then is decided again by the next owner. */
  readonly signal: AbortSignal;
  /** The command has had its whole effect. */
  readonly finished: (record: LogRecord) => void;
  /** The command will not be decided before a restart: the channel has stopped. */
  readonly setAside: (record: LogRecord) => void;
  readonly failed: (error: unknown) => void;
  readonly limits: LaneLimits;
}

export interface LaneLimits {
  readonly pushFirstBatchMs: number;
  readonly pushFirstUnstoredMax: number;
  /** A batch that waits so long for the store has its senders told. */
  readonly storeLateMs: number;
  readonly channelDelayedMs: number;
  readonly channelStoppedMs: number;
}

interface Prepared {
  readonly view: ChannelView;
  /** The messages that are sent were not looked up. */
  readonly isTakenForNew: boolean;
}

interface Announced extends Decided {
  /** The sender has the answer, or can find it. Never rejects. */
  readonly answered: Promise<void>;
}

const RECORDS_PER_BATCH_MAX = 256;
/** Messages remembered beyond those that wait for the store; others are looked up again when they are named. */
const MESSAGES_REMEMBERED_MAX = 512;

const MESSAGE_COMMANDS: ReadonlySet<string> = new Set(['SendMessage', 'EditMessage', 'DeleteMessage']);

/** One channel's commands, one batch after the other. A channel that waits for the store holds up no other. */
export class Lane {
  readonly #options: LaneOptions;
  #queue: LogRecord[] = [];
  #view: ChannelView | null = null;
  #running = false;
  #isDelayed = false;
  #isStopped = false;
  /** The last batch held a message that was stored already, as when a history is imported again: the next ones are looked up first. */
  #isRepeating = false;
  #work: Promise<void> = Promise.resolve();
  #unstored: Announced[] = [];
  /** Of those pushed first: taken from `#unstored` and not in the store yet. */
  #beingStored: readonly Announced[] = [];
  #storing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** Nothing is queued, at work or waiting for the store: the lane can be forgotten and loaded again. */
  get idle(): boolean {
    return !this.#running && !this.#isStopped && this.#queue.length === 0 && this.#unstoredCount === 0;
  }

  /** A fault was met that nothing here can get past: see {@link ChannelStopped}. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  get #unstoredCount(): number {
    return this.#unstored.length + this.#beingStored.length;
  }

  push(record: LogRecord): void {
    const { answers, limits } = this.#options;
    if (this.#isStopped) {
      this.#setAside([record]);
      return;
    }
    if (this.#isDelayed) answers.delayed(record.command, limits.channelDelayedMs);
    this.#queue.push(record);
    if (!this.#running) this.#work = this.#run();
  }

  /** Resolves when all that was pushed has had its whole effect, or retries have been stopped. */
  async finish(): Promise<void> {
    await this.#work;
    await this.flush();
  }

  /** Stores at once what a PUSH_FIRST channel would have stored a moment later. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#unstoredCount > 0 && !this.#options.signal.aborted) {
      this.#storing ??= this.#storeUnstored().finally(() => {
        this.#storing = null;
      });
      await this.#storing;
    }
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#queue.length > 0 && !this.#options.signal.aborted) {
      const room = this.#options.limits.pushFirstUnstoredMax - this.#unstoredCount;
      if (room <= 0) {
        await this.#tellIfLate([], this.#options.limits.pushFirstBatchMs, () => this.flush());
        continue;
      }
      const batch = this.#queue.splice(0, Math.min(room, RECORDS_PER_BATCH_MAX));
      await this.#tellIfLate(batch, this.#options.limits.storeLateMs, async () => {
        const prepared = await this.#prepare(batch);
        if (prepared !== null) await this.#effect(prepared, this.#decide(prepared.view, batch));
      });
    }
    this.#running = false;
  }

  /**
   * Where the store does not keep up, those who wait for it are told: its state may not decide what becomes of a command in the
   * log, but its sender need not wait to hear that nothing is known. Nor does the log fill with what one channel can't store.
   */
  async #tellIfLate(atWork: readonly LogRecord[], afterMs: number, work: () => Promise<void>): Promise<void> {
    const { answers, limits } = this.#options;
    const late = setTimeout(() => {
      this.#isDelayed = true;
      for (const { command } of [...atWork, ...this.#queue]) answers.delayed(command, limits.channelDelayedMs);
    }, afterMs);
    await work();
    clearTimeout(late);
    this.#isDelayed = false;
  }

  async #prepare(batch: readonly LogRecord[]): Promise<Prepared | null> {
    const { storage, channelId, failed, signal } = this.#options;
    const first = batch[0];
    if (first === undefined) return null;
    let prepared: Prepared | null = null;
    await persist(
      async () => {
        const view = this.#view ?? (await loadView(storage, channelId, first.position));
        this.#view = view;
        const isTakenForNew = this.#isTakenForNew(view, batch);
        if (!isTakenForNew) {
          await learnNamedMessages(storage, view, batch);
          this.#isRepeating = batch.some(({ command }) => isKnown(view, command));
        }
        prepared = { view, isTakenForNew };
      },
      failed,
      signal,
    );
    return signal.aborted ? null : prepared;
  }

  /** Nearly every message that is sent is new, and the store finds out which is not: nothing is told before it has them. */
  #isTakenForNew(view: ChannelView, batch: readonly LogRecord[]): boolean {
    return (
      !this.#isRepeating &&
      this.#options.storage.effects.storeNew !== null &&
      view.channel?.delivery === 'PERSIST_FIRST' &&
      view.taken.length === 0 &&
      // What the log held before may have been decided, and stored. Where it is looked up or not must not change what becomes of it.
      batch.every(
        ({ command, append }) => append !== undefined && isPlainMessage(command) && !view.recent.has(command.id),
      )
    );
  }

  /** Those before a command that can't be decided have their effect; the others are set aside with it. */
  #decide(view: ChannelView, batch: readonly LogRecord[]): readonly Decided[] {
    const decided: Decided[] = [];
    for (const record of batch) {
      try {
        decided.push({ record, decision: this.#decideOne(view, record) });
      } catch (error) {
        this.#isStopped = true;
        this.#options.failed(new ChannelStopped(record, error));
        this.#setAside([...batch.slice(decided.length), ...this.#queue.splice(0)]);
        break;
      }
    }
    return decided;
  }

  #decideOne(view: ChannelView, record: LogRecord): Decision {
    const decision = decide(view, record);
    if (decision.creation !== null) {
      applyCreation(view, decision.creation.channel, decision.creation.members, record.position);
    }
    applyEvents(view, decision.events);
    return decision;
  }

  #setAside(records: readonly LogRecord[]): void {
    const { answers, setAside, limits } = this.#options;
    for (const record of records) {
      answers.delayed(record.command, limits.channelStoppedMs);
      setAside(record);
    }
  }

  async #effect({ view, isTakenForNew }: Prepared, decided: readonly Decided[]): Promise<void> {
    if (decided.length === 0) return;
    const pushFirst =
      view.channel?.delivery === 'PUSH_FIRST' &&
      decided.every(({ record }) => MESSAGE_COMMANDS.has(record.command.kind));
    const isTold = await (pushFirst ? this.#pushFirst(decided) : this.#persistFirst(decided, isTakenForNew));
    if (isTold) this.#forgetMessages(view);
    else if (!this.#options.signal.aborted) await this.#decideAgain(decided);
  }

  /**
   * Membership always goes this way, whatever the delivery: whoever is told of a join can rely on the store at once. False where
   * nobody was told, since the log lost a command, or a message that was taken for new was none.
   */
  async #persistFirst(decided: readonly Decided[], isTakenForNew: boolean): Promise<boolean> {
    await this.flush();
    if (!(await this.#store(decided, isTakenForNew))) {
      this.#isRepeating = true;
      return false;
    }
    if (!(await areHeld(decided)) || this.#options.signal.aborted) return false;
    await this.#finish(this.#announce(decided));
    return true;
  }

  /** False where nobody was told, since the log lost a command. */
  async #pushFirst(decided: readonly Decided[]): Promise<boolean> {
    if (!(await areHeld(decided)) || this.#options.signal.aborted) return false;
    this.#unstored.push(...this.#announce(decided));
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.limits.pushFirstBatchMs);
    return true;
  }

  /**
   * Nobody has heard of what was decided: commands that were lost never happened, unless they were stored all the same. The others are decided
   * without them, and with what the store knows of their messages.
   */
  async #decideAgain(decided: readonly Decided[]): Promise<void> {
    const { channelId, storage, failed, signal, finished } = this.#options;
    await this.flush();
    let stored: ReadonlySet<Decided> = new Set();
    const look = async () => {
      stored = await storedOf(storage, channelId, decided);
    };
    await persist(look, failed, signal);
    if (signal.aborted) return;
    const neverHappened = (one: Decided): boolean => one.record.append?.isLost === true && !stored.has(one);
    for (const one of decided) if (neverHappened(one)) finished(one.record);
    // All up to the last that is stored stands, also what left no event: decided again, above what is stored, it could come out otherwise.
    const standing = decided.findLastIndex((one) => stored.has(one)) + 1;
    await this.#finish(this.#announce(decided.slice(0, standing).filter((one) => !neverHappened(one))));
    this.#queue.unshift(...decided.slice(standing).flatMap((one) => (neverHappened(one) ? [] : one.record)));
    this.#view = null;
  }

  /** One store after the other: what comes while the store is slow goes with the next one. */
  async #storeUnstored(): Promise<void> {
    const { announcer, channelId, signal } = this.#options;
    while (this.#unstored.length > 0 && !signal.aborted) {
      const storing = this.#unstored;
      this.#beingStored = storing;
      this.#unstored = [];
      await this.#store(storing);
      if (signal.aborted) break;
      const head = storing.findLast(({ decision }) => decision.events.length > 0)?.decision.events.at(-1)?.sequence;
      if (head !== undefined) announcer.stored(channelId, head);
      await this.#finish(storing);
      this.#beingStored = [];
    }
  }

  async #finish(announced: readonly Announced[]): Promise<void> {
    const { signal, finished } = this.#options;
    await Promise.all(announced.map(({ answered }) => answered));
    if (signal.aborted) return;
    for (const { record } of announced) finished(record);
  }

  /** False where a message that was taken for new was none: not all of it is stored then. */
  async #store(decided: readonly Decided[], isTakenForNew = false): Promise<boolean> {
    const { channelId, storage, failed, signal, tracer } = this.#options;
    const { effects: stores } = storage;
    const decisions = decided.map(({ decision }) => decision);
    let isStored = true;
    await traced(tracer, 'store', tracesOf(decided), async () => {
      for (const effects of effectsOf(channelId, decisions)) {
        const store = async () => {
          // Right before the write: an append that is lost later makes this write fail with it.
          if (isAnyLost(decided)) return;
          if (isTakenForNew && stores.storeNew !== null) isStored = (await stores.storeNew(effects)) && isStored;
          else await stores.store(effects);
        };
        await persist(store, failed, signal);
      }
    });
    return isStored;
  }

  #announce(decided: readonly Decided[]): readonly Announced[] {
    const { announcer, answers, signal, tracer } = this.#options;
    return decided.map(({ record, decision }) => {
      const { command } = record;
      // Queued first and sent when this turn ends, before the frames for members' sockets: the sender gets message and answer in one write.
      const answered = answers.answer(command, decision.outcome, signal);
      void traced(tracer, 'publish', [command.trace], () => announcer.happened(decision.events, command.trace));
      if (decision.creation !== null) announcer.created(decision.creation);
      return { record, decision, answered };
    });
  }

  /** The oldest of many, but none whose newest state the store does not have yet. Between two batches only. */
  #forgetMessages({ messages }: ChannelView): void {
    if (messages.size - this.#unstoredCount < 2 * MESSAGES_REMEMBERED_MAX) return;
    const kept = new Set<MessageId>();
    for (const { decision } of [...this.#beingStored, ...this.#unstored]) {
      for (const event of decision.events) if ('message' in event) kept.add(event.message.id);
    }
    let surplus = messages.size - kept.size - MESSAGES_REMEMBERED_MAX;
    for (const id of messages.keys()) {
      if (surplus <= 0) return;
      if (kept.has(id)) continue;
      messages.delete(id);
      surplus -= 1;
    }
  }
}

const isPlainMessage = (command: Command): boolean => command.kind === 'SendMessage' && command.replyTo === null;

const isKnown = (view: ChannelView, command: Command): boolean =>
  command.kind === 'SendMessage' && view.messages.has(command.messageId);

const isAnyLost = (decided: readonly Decided[]): boolean => decided.some(({ record }) => record.append?.isLost);

/** Whether the log holds all of them, once that is known. */
async function areHeld(decided: readonly Decided[]): Promise<boolean> {
  for (const { record } of decided) await record.append?.ended;
  return !isAnyLost(decided);
}

const tracesOf = (decided: readonly Decided[]) => decided.map(({ record }) => record.command.trace);
