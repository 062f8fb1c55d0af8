import { unavailable } from '../domain/error.ts';
import type { BatchResult, Durability, Group, NumberedStatement, SqlValue, Statement } from './statement.ts';

/** What may wait for the disk, and what one commit takes of it. */
export type WriteLimits = Readonly<
  Record<'writesPendingMax' | 'writesPendingBytesMax' | 'groupWritesMax' | 'groupBytesMax', number>
>;

interface Pending {
  readonly durability: Durability;
  readonly statements: readonly NumberedStatement[];
  readonly bytes: number;
  readonly resolve: (changes: readonly number[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Gathers writes for the writer thread: one message for all of one turn of the event loop, then one for all that came
 * while the last was being committed. The order of the calls is the order of the commits.
 */
export class WriteQueue {
  readonly #send: (group: Group) => void;
  readonly #limits: WriteLimits;
  /** In the order of the numbers. */
  readonly #numbers = new Map<string, number>();
  /** How many of the texts the writer has been sent. */
  #textsSent = 0;
  #waiting: Pending[] = [];
  #inFlight: readonly Pending[] = [];
  #pendingBytes = 0;
  #scheduled: NodeJS.Immediate | null = null;
  #isPaused = false;
  #ended: Error | null = null;
  #onIdle: (() => void) | null = null;

  constructor({ send, limits }: { readonly send: (group: Group) => void; readonly limits: WriteLimits }) {
    this.#send = send;
    this.#limits = limits;
  }

  /** Rows that each statement changed, once all of it is written. Rejects with UNAVAILABLE, and only with that. */
  push(batch: readonly Statement[], durability: Durability = 'synced'): Promise<readonly number[]> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    if (batch.length === 0) return Promise.resolve([]);
    const bytes = batch.reduce((sum, statement) => sum + bytesOf(statement.parameters), 0);
    const count = this.#waiting.length + this.#inFlight.length;
    const fits =
      count < this.#limits.writesPendingMax && this.#pendingBytes + bytes <= this.#limits.writesPendingBytesMax;
    if (!fits) return Promise.reject(unavailable('Too many writes wait for the disk: send the same again later.'));
    const statements = batch.map((statement) => this.#numbered(statement));
    const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>();
    this.#pendingBytes += bytes;
    this.#waiting.push({ durability, statements, bytes, resolve, reject });
    if (this.#inFlight.length === 0) this.#scheduled ??= setImmediate(() => this.#flush());
    return promise;
  }

  /** The group in flight has been dealt with: one result a batch. */
  settle(results: readonly BatchResult[]): void {
    const settled = this.#inFlight;
    this.#inFlight = [];
    for (const { bytes } of settled) this.#pendingBytes -= bytes;
    const behind = results.some((result) => result instanceof Error) ? this.#takeOrdered() : [];
    this.#flush();
    for (const [index, pending] of settled.entries()) {
      const result = results[index];
      if (result !== undefined && !(result instanceof Error)) pending.resolve(result);
      else pending.reject(unavailable('The write failed: nothing of it was stored.', result));
    }
    for (const pending of behind) pending.reject(unavailable('A write before this one failed.'));
    if (this.#isIdle()) this.#onIdle?.();
  }

  /** Nothing is taken any more; what was accepted goes on. Resolves when it is dealt with. */
  async drain(reason: Error): Promise<void> {
    this.#ended ??= reason;
    if (this.#isIdle()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    await promise;
  }

  /** The writer has died: what is in flight may have been committed or not. The rest waits for {@link resume}. */
  pause(reason: Error): void {
    this.#isPaused = true;
    this.#textsSent = 0;
    const lost = this.#inFlight;
    this.#inFlight = [];
    for (const { bytes } of lost) this.#pendingBytes -= bytes;
    for (const pending of [...lost, ...this.#takeOrdered()]) pending.reject(reason);
    if (this.#isIdle()) this.#onIdle?.();
  }

  /** There is another writer, which has been sent nothing yet. */
  resume(): void {
    this.#isPaused = false;
    this.#flush();
  }

  /** There will be no writer: whether what is in flight was committed is not known. */
  fail(reason: Error): void {
    this.#ended ??= reason;
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    const lost = [...this.#inFlight, ...this.#waiting];
    this.#inFlight = [];
    this.#waiting = [];
    this.#pendingBytes = 0;
    for (const pending of lost) pending.reject(reason);
    this.#onIdle?.();
  }

  #flush(): void {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    if (this.#isPaused) return;
    const group = this.#takeGroup();
    if (group.length === 0) return;
    this.#inFlight = group;
    const texts = [...this.#numbers.keys().drop(this.#textsSent)];
    this.#textsSent = this.#numbers.size;
    const isSynced = group.some(({ durability }) => durability === 'synced');
    this.#send({
      durability: isSynced ? 'synced' : 'ordered',
      texts,
      batches: group.map(({ durability, statements }) => ({ durability, statements })),
    });
  }

  #takeGroup(): readonly Pending[] {
    let bytes = 0;
    let count = 0;
    for (const pending of this.#waiting) {
      bytes += pending.bytes;
      if (count > 0 && (count >= this.#limits.groupWritesMax || bytes > this.#limits.groupBytesMax)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** Those that wait, and are nothing without what failed before them. */
  #takeOrdered(): readonly Pending[] {
    const ordered = this.#waiting.filter(({ durability }) => durability === 'ordered');
    this.#waiting = this.#waiting.filter(({ durability }) => durability !== 'ordered');
    for (const { bytes } of ordered) this.#pendingBytes -= bytes;
    return ordered;
  }

  #isIdle(): boolean {
    return this.#inFlight.length === 0 && this.#waiting.length === 0;
  }

  #numbered({ sql, given = -1, parameters }: Statement): NumberedStatement {
    const known = this.#numbers.get(sql);
    if (known !== undefined) return [known, given, parameters];
    const number = this.#numbers.size;
    this.#numbers.set(sql, number);
    return [number, given, parameters];
  }
}

/** As they travel to the writer: a few bytes each, text at its length in UTF-16 at most. */
function bytesOf(parameters: readonly SqlValue[]): number {
  let bytes = 16 * parameters.length;
  for (const value of parameters) {
    if (typeof value === 'string') bytes += 2 * value.length;
    else if (value instanceof Uint8Array) bytes += value.byteLength;
  }
  return bytes;
}
