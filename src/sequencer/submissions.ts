import type { Command } from '../domain/command.ts';
import { unavailable } from '../domain/error.ts';
import type { CommandId } from '../domain/identifier.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Log } from '../log/log.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import { nodeTopic } from '../pubsub/topics.ts';

export interface SubmissionsOptions {
  readonly node: string;
  readonly log: Log;
  readonly pubsub: PubSub;
  readonly limits: { readonly commandsPendingMax: number; readonly commandWaitMs: number };
}

/** The sender's side of the log: appends a command and waits for what the sequencer says. */
export class Submissions {
  readonly #options: SubmissionsOptions;
  readonly #pending = new Map<CommandId, (outcome: Outcome) => void>();
  #unsubscribe: () => void = () => {};

  constructor(options: SubmissionsOptions) {
    this.#options = options;
  }

  /** To be awaited before the first command: an answer to nobody is lost. */
  async start(): Promise<void> {
    this.#unsubscribe = await this.#options.pubsub.subscribe(
      nodeTopic(this.#options.node),
      ({ commandId, outcome }) => {
        this.#pending.get(commandId)?.(outcome);
      },
    );
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
    if (this.#pending.size >= limits.commandsPendingMax) throw unavailable('Too much is waiting: send the same again.');
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    this.#pending.set(command.id, resolve);
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
}
