import { setTimeout as delay } from 'node:timers/promises';
import type { UserId } from '../domain/identifier.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import { type UserHint, userTopic } from '../pubsub/topics.ts';

const REPEAT_MS = 500;
const REPEATS_MAX = 120;
/** Where nobody listens so often, nobody of the user's is here. */
const UNHEARD_MAX = 6;
/** Hints that wait for the bus; those beyond come out when nodes look for what they missed. */
const WAITING_MAX = 1_000;

/**
 * Tells a user's devices of what has happened already, on every node. Never rejects: what the bus does not take at once is repeated
 * for a minute, with nobody waiting.
 */
export class UserHints {
  readonly #pubsub: Pick<PubSub, 'publish'>;
  readonly #failed: (error: unknown) => void;
  #waiting = 0;

  constructor(pubsub: Pick<PubSub, 'publish'>, failed: (error: unknown) => void) {
    this.#pubsub = pubsub;
    this.#failed = failed;
  }

  async tell(userId: UserId, hint: UserHint): Promise<void> {
    try {
      await this.#pubsub.publish(userTopic(userId), hint);
    } catch (error) {
      this.#failed(error);
      if (this.#waiting < WAITING_MAX) void this.#repeat(userId, hint);
    }
  }

  async #repeat(userId: UserId, hint: UserHint): Promise<void> {
    this.#waiting += 1;
    let unheard = 0;
    for (let repeats = 0; repeats < REPEATS_MAX && unheard < UNHEARD_MAX; repeats += 1) {
      await delay(REPEAT_MS, undefined, { ref: false });
      const nodes = await this.#pubsub.publish(userTopic(userId), hint).catch(() => null);
      if (nodes !== null && nodes > 0) break;
      // The bus is back, and those who would listen may not be yet.
      if (nodes === 0) unheard += 1;
    }
    this.#waiting -= 1;
  }
}
