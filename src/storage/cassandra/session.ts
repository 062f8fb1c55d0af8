import { type Client, types } from 'cassandra-driver';
import { LIMITS } from '../../config/limits.ts';
import { unavailable } from '../../domain/error.ts';
import { batchesOf, type Parameter, type Write } from './batch.ts';
import { Semaphore } from './semaphore.ts';
import { transact } from './transaction.ts';

/** What a lightweight transaction found: whether its condition held, and the row as it was where it did not. */
export interface Decided<Row> {
  readonly applied: boolean;
  readonly row: Row;
}

/** Everything that is asked of Cassandra passes here: prepared, bounded, and with errors that callers may retry. */
export class Session {
  readonly #client: Client;
  readonly #reads: Semaphore;
  readonly #writes: Semaphore;

  constructor(client: Client) {
    this.#client = client;
    const { readsMax, writesMax, waitingMax } = LIMITS.cassandra;
    this.#reads = new Semaphore({ atOnceMax: readsMax, waitingMax });
    this.#writes = new Semaphore({ atOnceMax: writesMax, waitingMax });
  }

  /** `Row` is what the columns are: the schema's promise, not checked again. Absent values are null. */
  async rows<Row>(cql: string, parameters: readonly Parameter[]): Promise<readonly Row[]> {
    const { rows } = await this.#reads.run(() => this.#execute(cql, parameters));
    for (const row of rows) withNumbers(row);
    return rows as unknown as Row[];
  }

  /**
   * Resolves when all are durable. Writes of one group go together, in order, as many as a batch takes; groups
   * side by side. When it rejects, nothing is on its way any more.
   */
  async write(writes: readonly Write[]): Promise<void> {
    const groups = Map.groupBy(writes, ({ group }) => group);
    const written = await Promise.allSettled([...groups.values()].map((own) => this.#writeGroup(own)));
    for (const result of written) if (result.status === 'rejected') throw result.reason;
  }

  /** See {@link transact}. */
  async decide<Row>(cql: string, parameters: readonly Parameter[]): Promise<Decided<Row>> {
    const row = await this.#writes.run(() => transact(this.#client, cql, parameters).catch(rethrow));
    withNumbers(row);
    return { applied: row['[applied]'] === true, row: row as unknown as Row };
  }

  close(): Promise<void> {
    return this.#client.shutdown();
  }

  async #writeGroup(writes: readonly Write[]): Promise<void> {
    for (const batch of batchesOf(writes)) await this.#writes.run(() => this.#send(batch));
  }

  async #send(batch: readonly Write[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    if (batch.length === 1) {
      await this.#execute(first.cql, first.parameters);
      return;
    }
    const queries = batch.map(({ cql, parameters }) => ({ query: cql, params: [...parameters] }));
    await this.#client.batch(queries, { prepare: true, logged: false }).catch(rethrow);
  }

  #execute(cql: string, parameters: readonly Parameter[]): Promise<types.ResultSet> {
    return this.#client.execute(cql, [...parameters]).catch(rethrow);
  }
}

function rethrow(error: unknown): never {
  throw unavailable('The store does not answer now: try again.', error);
}

/** The driver gives a bigint as an object of its own; ours are all below 2^53. */
function withNumbers(row: types.Row): void {
  for (const name of row.keys()) {
    const value: unknown = row[name];
    if (value instanceof types.Long) row[name] = value.toNumber();
  }
}
