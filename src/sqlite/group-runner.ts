import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { BatchResult, Durability, Group, NumberedBatch, NumberedStatement } from './statement.ts';

/** Runs groups of batches, one commit a group. Each batch is written whole or not at all, whatever befalls the others. */
export class GroupRunner {
  readonly #connection: DatabaseSync;
  readonly #texts: string[] = [];
  readonly #statements: StatementSync[] = [];
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  /** As the connection was opened. */
  #durability: Durability = 'synced';

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
    this.#begin = connection.prepare('BEGIN IMMEDIATE');
    this.#commit = connection.prepare('COMMIT');
  }

  /** Returns once the group is as durable as it has to be. One result a batch, in order; never throws. */
  run(group: Group): readonly BatchResult[] {
    this.#texts.push(...group.texts);
    try {
      this.#become(group.durability);
      const results = this.#together(group.batches) ?? this.#apart(group.batches);
      this.#commit.run();
      return results;
    } catch (error) {
      this.#rollback();
      return group.batches.map(() => asError(error));
    }
  }

  /**
   * FULL waits for the disk at each commit. NORMAL does not, but keeps the order: what a power failure leaves of the journal is a beginning of
   * it, and the next synced commit takes all before it along.
   */
  #become(durability: Durability): void {
    if (durability === this.#durability) return;
    this.#connection.exec(`PRAGMA synchronous = ${durability === 'synced' ? 'FULL' : 'NORMAL'}`);
    this.#durability = durability;
  }

  /** Savepoints cost more than the writes themselves, so the usual group does without; null where a batch failed. */
  #together(batches: Group['batches']): readonly BatchResult[] | null {
    this.#begin.run();
    try {
      return batches.map((batch) => this.#changes(batch));
    } catch {
      this.#rollback();
      return null;
    }
  }

  #apart(batches: Group['batches']): readonly BatchResult[] {
    this.#begin.run();
    let failed: Error | null = null;
    return batches.map((batch) => {
      if (failed !== null && batch.durability === 'ordered') return failed;
      this.#connection.exec('SAVEPOINT batch');
      try {
        return this.#changes(batch);
      } catch (error) {
        // A full disk ends the whole transaction, and with it what the batches before this one wrote.
        if (!this.#connection.isTransaction) throw error;
        this.#connection.exec('ROLLBACK TO batch');
        failed = asError(error);
        return failed;
      } finally {
        if (this.#connection.isTransaction) this.#connection.exec('RELEASE batch');
      }
    });
  }

  #changes({ statements }: NumberedBatch): readonly number[] {
    const changes: number[] = [];
    for (const statement of statements) changes.push(this.#runOne(statement, changes));
    return changes;
  }

  #runOne([text, given, parameters]: NumberedStatement, before: readonly number[]): number {
    if (given >= 0 && before[given] === 0) return 0;
    const statement = this.#statements[text] ?? this.#prepare(text);
    return Number(statement.run(...parameters).changes);
  }

  #prepare(text: number): StatementSync {
    const statement = this.#connection.prepare(this.#texts[text] ?? '');
    this.#statements[text] = statement;
    return statement;
  }

  #rollback(): void {
    if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
