import type { Command } from '../domain/command.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import { type AnswerHint, nodeTopic } from '../pubsub/topics.ts';
import type { Outcomes } from '../storage/outcomes.ts';
import { persist } from './persist.ts';

export interface AnswersOptions {
  readonly pubsub: PubSub;
  readonly outcomes: Outcomes;
  readonly failed: (error: unknown) => void;
}

/** Those to one node in one publication: many share its cost, and none of them makes it too large. */
const HINTS_PER_PUBLICATION_MAX = 64;
/** A bus that has not said so long whether it took them is taken for one that did not. */
const PUBLISH_WAIT_MS = 1_000;

/** Tells the nodes that wait what became of their commands: all that one turn of the event loop brings for a node at once. */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #waiting = new Map<string, { readonly hint: AnswerHint; readonly sent: PromiseWithResolvers<boolean> }[]>();
  #turn: NodeJS.Immediate | null = null;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the sender's node has it or can find it in the store, or the signal aborts. What it publishes may be lost all
   * the same: whoever waits looks into the store, and asks again.
   */
  async answer({ id, origin }: Command, outcome: Outcome, signal: AbortSignal): Promise<void> {
    if (await this.#send(origin, { commandId: id, outcome })) return;
    await persist(() => this.#options.outcomes.put(id, outcome), this.#options.failed, signal);
  }

  /** For those who wait in vain: no outcome, so nothing depends on whether it arrives. */
  delayed({ id, channelId, origin }: Command, delayedMs: number): void {
    void this.#send(origin, { commandId: id, channelId, delayedMs });
  }

  /** Resolves to whether a node took it. Never rejects. */
  #send(origin: string, hint: AnswerHint): Promise<boolean> {
    const waiting = this.#waiting.get(origin) ?? [];
    const sent = Promise.withResolvers<boolean>();
    this.#waiting.set(origin, waiting);
    waiting.push({ hint, sent });
    this.#turn ??= setImmediate(() => this.#flush());
    return sent.promise;
  }

  #flush(): void {
    this.#turn = null;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [origin, those] of waiting) {
      for (let from = 0; from < those.length; from += HINTS_PER_PUBLICATION_MAX) {
        const batch = those.slice(from, from + HINTS_PER_PUBLICATION_MAX);
        const hints = batch.map(({ hint }) => hint);
        void this.#publish(origin, hints).then((isTaken) => {
          for (const { sent } of batch) sent.resolve(isTaken);
        });
      }
    }
  }

  async #publish(origin: string, hints: readonly AnswerHint[]): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<number>();
    const late = setTimeout(resolve, PUBLISH_WAIT_MS, 0);
    this.#options.pubsub.publish(nodeTopic(origin), hints).then(resolve, (error: unknown) => {
      this.#options.failed(error);
      resolve(0);
    });
    const nodes = await promise;
    clearTimeout(late);
    return nodes > 0;
  }
}
