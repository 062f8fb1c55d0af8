import type { ClientMessagePartsFragment } from '../../schema/generated/client.ts';
import { retryDelayMs } from './backoff.ts';
import { asParleyError, ParleyError } from './error.ts';
import { CLIENT_LIMITS } from './limits.ts';
import { added, failed, nextIn, type Outbox, type OutboxEntry, outcomeOf, removed, retried } from './outbox.ts';
import { Pause } from './pause.ts';
import { chance } from './random.ts';
import type { ClientStorage } from './storage.ts';

type SentMessage = ClientMessagePartsFragment;

export interface OutboxSenderOptions {
  readonly storage: ClientStorage;
  /** As that user and nobody else, whoever has logged in meanwhile. */
  readonly send: (entry: OutboxEntry, userId: string) => Promise<SentMessage>;
  readonly changed: (outbox: Outbox) => void;
  readonly sent: (entry: OutboxEntry, message: SentMessage) => void;
}

type Draft = Omit<OutboxEntry, 'order' | 'createdAt' | 'failure'>;

/**
 * Sends what is written, channel by channel in order, until it is acknowledged or refused. An entry is kept before it is shown, and let go only
 * after its acknowledgement: it survives a restart at any moment.
 */
export class OutboxSender {
  readonly #options: OutboxSenderOptions;
  readonly #lanes = new Set<string>();
  readonly #pauses = new Set<Pause>();
  #userId: string | null = null;
  #outbox: Outbox = [];
  #orderMax = 0;

  constructor(options: OutboxSenderOptions) {
    this.#options = options;
  }

  get outbox(): Outbox {
    return this.#outbox;
  }

  /** Takes up what the user has left; with null everything rests, kept for the user who wrote it. */
  async begin(userId: string | null): Promise<void> {
    if (userId === this.#userId) return this.wake();
    this.#userId = userId;
    this.#become([]);
    if (userId === null) return;
    const left = (await this.#options.storage.list(prefixOf(userId))) as Outbox;
    if (this.#userId !== userId) return;
    for (const entry of left) this.#orderMax = Math.max(this.#orderMax, entry.order);
    this.#become(left.reduce(added, this.#outbox));
    for (const { channelId } of left) this.#run(channelId);
  }

  /** Resolves when the entry is safe. */
  async add(draft: Draft): Promise<void> {
    const userId = this.#requireUser();
    if (this.#outbox.some(({ nonce }) => nonce === draft.nonce)) return;
    if (this.#outbox.length >= CLIENT_LIMITS.entriesMax) {
      throw new ParleyError('RATE_LIMITED', 'Too many messages wait to be sent.');
    }
    this.#orderMax = Math.max(this.#orderMax + 1, Date.now());
    const entry: OutboxEntry = { ...draft, order: this.#orderMax, createdAt: Date.now(), failure: null };
    await this.#options.storage.set(keyOf(userId, entry), entry);
    if (this.#userId !== userId) return;
    this.#become(added(this.#outbox, entry));
    this.#run(entry.channelId);
  }

  async retry(nonce: string): Promise<void> {
    this.#become(retried(this.#outbox, nonce));
    const entry = this.#find(nonce);
    if (entry === undefined) return;
    await this.#options.storage.set(keyOf(this.#requireUser(), entry), entry);
    this.#run(entry.channelId);
  }

  /** Its author gives up one that has failed; one on its way may have been sent already, and stays. */
  async discard(nonce: string): Promise<void> {
    const entry = this.#find(nonce);
    if (entry?.failure) await this.#remove(this.#requireUser(), entry);
  }

  /** The server can be reached again: nobody waits any longer. */
  wake(): void {
    for (const pause of this.#pauses) pause.end();
  }

  close(): void {
    this.#userId = null;
    this.wake();
  }

  #run(channelId: string): void {
    const userId = this.#requireUser();
    const lane = `${userId} ${channelId}`;
    if (this.#lanes.has(lane)) return;
    this.#lanes.add(lane);
    this.#drain(userId, channelId)
      .catch(() => new Pause().for(CLIENT_LIMITS.retryMaxMs))
      .finally(() => {
        this.#lanes.delete(lane);
        if (this.#userId === userId && nextIn(this.#outbox, channelId) !== undefined) this.#run(channelId);
      });
  }

  /** Rejects only where the storage does. */
  async #drain(userId: string, channelId: string): Promise<void> {
    let tries = 0;
    let faults = 0;
    while (this.#userId === userId) {
      const entry = nextIn(this.#outbox, channelId);
      if (entry === undefined) return;
      try {
        const message = await this.#options.send(entry, userId);
        tries = 0;
        faults = 0;
        this.#options.sent(entry, message);
        await this.#remove(userId, entry);
      } catch (thrown) {
        const error = asParleyError(thrown);
        faults = error.code === 'INTERNAL_SERVER_ERROR' ? faults + 1 : 0;
        const outcome = outcomeOf(error, faults);
        if (this.#userId !== userId) return;
        if (outcome === 'fails') {
          faults = 0;
          await this.#fail(userId, entry, error);
        } else {
          await this.#wait(error.retryAfterMs ?? retryDelayMs(tries, chance()));
          tries += 1;
        }
      }
    }
  }

  async #fail(userId: string, entry: OutboxEntry, { code, message }: ParleyError): Promise<void> {
    const failure = { code, message };
    await this.#options.storage.set(keyOf(userId, entry), { ...entry, failure });
    if (this.#userId === userId) this.#become(failed(this.#outbox, entry.nonce, failure));
  }

  async #remove(userId: string, entry: OutboxEntry): Promise<void> {
    await this.#options.storage.delete(keyOf(userId, entry));
    if (this.#userId === userId) this.#become(removed(this.#outbox, entry.nonce));
  }

  async #wait(ms: number): Promise<void> {
    const pause = new Pause();
    this.#pauses.add(pause);
    await pause.for(ms);
    this.#pauses.delete(pause);
  }

  #find(nonce: string): OutboxEntry | undefined {
    return this.#outbox.find((entry) => entry.nonce === nonce);
  }

  #requireUser(): string {
    if (this.#userId === null) throw new ParleyError('UNAUTHENTICATED', 'Log in first.');
    return this.#userId;
  }

  #become(outbox: Outbox): void {
    this.#outbox = outbox;
    this.#options.changed(outbox);
  }
}

const prefixOf = (userId: string): string => `outbox ${userId} `;
/** Keys sort as their entries were written. */
const keyOf = (userId: string, { order, nonce }: OutboxEntry): string =>
  `${prefixOf(userId)}${String(order).padStart(16, '0')} ${nonce}`;
