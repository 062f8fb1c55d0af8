import { LRUCache } from 'lru-cache';
import type { Command } from '../domain/command.ts';
import { unavailable } from '../domain/error.ts';
import type { ChannelId, CommandId } from '../domain/identifier.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Log } from '../log/log.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import { type AnswerHint, nodeTopic } from '../pubsub/topics.ts';
import type { Outcomes } from '../storage/outcomes.ts';

export interface SubmissionsOptions {
  readonly node: string;
  readonly log: Log;
  readonly storage: { readonly outcomes: Outcomes };
  readonly pubsub: PubSub;
  readonly failed: (error: unknown) => void;
  readonly limits: {
    readonly commandsPendingMax: number;
    readonly commandWaitMs: number;
    /** Without an answer for so long, the store is asked whether it has one. */
    readonly answerLookMs: number;
    /** Without an answer for so long, the command is appended again: whatever became of the first answer, it makes another. */
    readonly answerRepeatMs: number;
  };
}

/** Of how many channels a node remembers that their commands wait; one that is forgotten is asked again. */
const DELAYED_CHANNELS_MAX = 10_000;
const OUTCOMES_PER_READ_MAX = 100;

interface Pending {
  readonly command: Command;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
  /** When the log had it last; null while it is being appended: one append of a command at a time. */
  appendedAt: number | null;
}

/** The sender's side of the log: appends a command and waits for what the sequencer says. */
export class Submissions {
  readonly #options: SubmissionsOptions;
  readonly #pending = new Map<CommandId, Pending>();
  /** Channels whose commands would only wait, with the time at which to try again. */
  readonly #delayedUntil = new LRUCache<ChannelId, number>({ max: DELAYED_CHANNELS_MAX });
  #unsubscribe: () => void = () => {};
  #looking: NodeJS.Timeout | null = null;

  constructor(options: SubmissionsOptions) {
    this.#options = options;
  }

  /** To be awaited before the first command: an answer to nobody is lost. */
  async start(): Promise<void> {
    const { pubsub, node } = this.#options;
    this.#unsubscribe = await pubsub.subscribe(nodeTopic(node), (hints) => {
      for (const hint of hints) this.#answer(hint);
    });
  }

  get node(): string {
    return this.#options.node;
  }

  /** How many commands wait for their answer: what a drain lets finish. */
  get pending(): number {
    return this.#pending.size;
  }

  /**
   * Throws UNAVAILABLE where nothing was decided or the outcome is not known: the command may yet have its effect, and
   * the same again is safe.
   */
  async submit(command: Command): Promise<Outcome> {
    const { limits } = this.#options;
    // What is not even appended can't make the log longer than the store will ever catch up with.
    if (performance.now() < (this.#delayedUntil.get(command.channelId) ?? 0)) throw delayed();
    if (this.#pending.size >= limits.commandsPendingMax) throw unavailable('Too much is waiting: send the same again.');
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    const pending: Pending = { command, resolve, reject, appendedAt: null };
    this.#pending.set(command.id, pending);
    const timer = setTimeout(
      () => reject(unavailable('No answer in time: send the same again.')),
      limits.commandWaitMs,
    );
    this.#append(pending).catch(reject);
    this.#lookSoon();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(command.id);
    }
  }

  close(): void {
    this.#unsubscribe();
    if (this.#looking !== null) clearTimeout(this.#looking);
    this.#looking = null;
  }

  #answer(hint: AnswerHint): void {
    const pending = this.#pending.get(hint.commandId);
    if ('outcome' in hint) {
      pending?.resolve(hint.outcome);
      return;
    }
    this.#delayedUntil.set(hint.channelId, performance.now() + hint.delayedMs);
    pending?.reject(delayed());
  }

  async #append(pending: Pending): Promise<void> {
    pending.appendedAt = null;
    await this.#options.log.append(pending.command);
    pending.appendedAt = performance.now();
  }

  #lookSoon(): void {
    this.#looking ??= setTimeout(() => {
      void this.#look().finally(() => {
        this.#looking = null;
        if (this.#pending.size > 0) this.#lookSoon();
      });
    }, this.#options.limits.answerLookMs / 2).unref();
  }

  /** An answer is lost where it was on its way while a connection broke, or where nobody took it and it was stored instead. */
  async #look(): Promise<void> {
    const { limits } = this.#options;
    await this.#findOutcomes(this.#unansweredFor(limits.answerLookMs)).catch(this.#options.failed);
    for (const pending of this.#unansweredFor(limits.answerRepeatMs)) this.#append(pending).catch(this.#options.failed);
  }

  async #findOutcomes(waiting: readonly Pending[]): Promise<void> {
    const { outcomes } = this.#options.storage;
    for (let from = 0; from < waiting.length; from += OUTCOMES_PER_READ_MAX) {
      const ids = waiting.slice(from, from + OUTCOMES_PER_READ_MAX).map(({ command }) => command.id);
      for (const [id, outcome] of await outcomes.find(ids)) this.#pending.get(id)?.resolve(outcome);
    }
  }

  #unansweredFor(ms: number): readonly Pending[] {
    const due = performance.now() - ms;
    return [...this.#pending.values()].filter(({ appendedAt }) => appendedAt !== null && appendedAt <= due);
  }
}

const delayed = () => unavailable('The channel waits for the store: send the same again later.');
