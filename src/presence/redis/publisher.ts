import type { UserId } from '../../domain/identifier.ts';
import type { PubSub } from '../../pubsub/pubsub.ts';
import { type PresenceHint, presenceTopic } from '../../pubsub/topics.ts';

const RETRY_MS = 500;
/** Users whose change waits for the bus. Those beyond are not told of: their watchers compare when they can hear again. */
const UNPUBLISHED_MAX = 10_000;

/** Publishes changes until the bus has taken them: of each user the newest, whatever came before. */
export class ChangePublisher {
  readonly #pubsub: Pick<PubSub, 'publish'>;
  readonly #unpublished = new Map<UserId, PresenceHint>();
  #retry: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(pubsub: Pick<PubSub, 'publish'>) {
    this.#pubsub = pubsub;
  }

  publish(userId: UserId, hint: PresenceHint): void {
    this.#unpublished.delete(userId);
    this.#pubsub.publish(presenceTopic(userId), hint).catch(() => this.#keep(userId, hint));
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#unpublished.clear();
  }

  #keep(userId: UserId, hint: PresenceHint): void {
    const waiting = this.#unpublished.get(userId);
    if (this.#isClosed || (waiting !== undefined && waiting.order > hint.order)) return;
    if (waiting === undefined && this.#unpublished.size >= UNPUBLISHED_MAX) return;
    this.#unpublished.set(userId, hint);
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      for (const [id, newest] of [...this.#unpublished]) this.publish(id, newest);
    }, RETRY_MS);
    this.#retry.unref();
  }
}
