import { LRUCache } from 'lru-cache';
import type { Command } from '../domain/command.ts';
import { unavailable } from '../domain/error.ts';
import type { ChannelId, CommandId } from '../domain/identifier.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Log } from '../log/log.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import { type AnswerHint, nodeTopic } from '../pubsub/topics.ts';

export interface SubmissionsOptions {
  readonly node: string;
  readonly log: Log;
  readonly pubsub: PubSub;
  readonly limits: { readonly commandsPendingMax: number; readonly commandWaitMs: number };
}

/** Of how many channels a node remembers that their commands wait; one that is forgotten is asked again. */
const DELAYED_CHANNELS_MAX = 10_000;

interface Pending {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/** The sender's side of the log: appends a command and waits for what the sequencer says. */
export class Submissions {
  readonly #options: SubmissionsOptions;
  readonly #pending = new Map<CommandId, Pending>();
  /** Channels whose commands would only wait, with the time at which to try again. */
  readonly #delayedUntil = new LRUCache<ChannelId, number>({ max: DELAYED_CHANNELS_MAX });
  #unsubscribe: () => void = () => {};

  constructor(options: SubmissionsOptions) {
    this.#options = options;
  }

  /** To be awaited before the first command: an answer to nobody is lost. */
  async start(): Promise<void> {
    const { pubsub, node } = this.#options;
    this.#unsubscribe = await pubsub.subscribe(nodeTopic(node), (hint) => this.#answer(hint));
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
    const { log, limits } = this.#options;
    // What is not even appended can't make the log longer than the store will ever catch up with.
    if (performance.now() < (this.#delayedUntil.get(command.channelId) ?? 0)) throw delayed();
    if (this.#pending.size >= limits.commandsPendingMax) throw unavailable('Too much is waiting: send the same again.');
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    this.#pending.set(command.id, { resolve, reject });
    const timer = setTimeout(
      () => reject(unavailable('No answer in time: send the same again.')),
      limits.commandWaitMs,
    );
    log.append(command).catch(reject);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(command.id);
    }
  }

  close(): void {
    this.#unsubscribe();
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
}

const delayed = () => unavailable('The channel waits for the store: send the same again later.');
