import { hash } from 'node:crypto';
import type { Client, types } from 'cassandra-driver';
import { LIMITS } from '../../config/limits.ts';
import { patiently } from './patience.ts';
import { changeSchema } from './schema-change.ts';
import { transact } from './transaction.ts';

const VERSION = "SELECT version FROM schema_state WHERE name = 'schema'";
const TAKE = "UPDATE schema_state USING TTL ? SET owner = ? WHERE name = 'schema' IF owner = null";
const RENEW = "UPDATE schema_state USING TTL ? SET owner = ? WHERE name = 'schema' IF owner = ?";
const ADVANCE = "UPDATE schema_state SET version = ? WHERE name = 'schema' IF owner = ?";
const RELEASE = "DELETE owner FROM schema_state WHERE name = 'schema' IF owner = ?";
const LOCK_SECONDS = LIMITS.cassandra.migrationLockMs / 1_000;

/** One row: the schema's version, and who is changing it. The owner's name goes by itself when it is not renewed. */
export class SchemaState {
  readonly #client: Client;
  readonly #owner: string;

  private constructor(client: Client, owner: string) {
    this.#client = client;
    this.#owner = owner;
  }

  static async open(client: Client, owner: string): Promise<SchemaState> {
    const { keyspace } = client;
    const known = await client.execute(
      "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = 'schema_state'",
      [keyspace],
    );
    // Two nodes that make it at once make the same table, since both give it the same id.
    const create = `CREATE TABLE IF NOT EXISTS schema_state (name text PRIMARY KEY, version int, owner text)
      WITH id = ${uuidNamed(`${keyspace}.schema_state`)}`;
    if (known.rowLength === 0) await changeSchema(client, create);
    return new SchemaState(client, owner);
  }

  /** 0 before the first migration. */
  async version(): Promise<number> {
    const result = await patiently(() => this.#client.execute(VERSION));
    const row = result.first() as types.Row | null;
    return Number(row?.['version'] ?? 0);
  }

  /** Null when the lock is ours from now on, else the name of who holds it. */
  async take(): Promise<string | null> {
    const row = await this.#transact(TAKE, [LOCK_SECONDS, this.#owner]);
    const isOurs = row['[applied]'] === true || row['owner'] === this.#owner;
    return isOurs ? null : String(row['owner']);
  }

  /** False where the lock has been lost. */
  async renew(): Promise<boolean> {
    return this.#applied(RENEW, [LOCK_SECONDS, this.#owner, this.#owner]);
  }

  /** False where the lock has been lost. */
  async advance(version: number): Promise<boolean> {
    return this.#applied(ADVANCE, [version, this.#owner]);
  }

  async release(): Promise<void> {
    await this.#applied(RELEASE, [this.#owner]);
  }

  async #applied(cql: string, parameters: readonly (string | number)[]): Promise<boolean> {
    return (await this.#transact(cql, parameters))['[applied]'] === true;
  }

  #transact(cql: string, parameters: readonly (string | number)[]): Promise<types.Row> {
    return patiently(() => transact(this.#client, cql, parameters));
  }
}

function uuidNamed(name: string): string {
  return hash('sha256', name, 'hex').replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-5$3-8$4-$5');
}
