import { Client } from 'cassandra-driver';

export interface CassandraAddress {
  readonly contactPoints: readonly string[];
  readonly dataCenter: string;
  readonly keyspace: string;
}

/** A lone Cassandra node's own counters. */
export class CassandraCounters {
  readonly #client: Client;
  readonly #keyspace: string;

  constructor({ contactPoints, dataCenter, keyspace }: CassandraAddress) {
    this.#client = new Client({
      contactPoints: [...contactPoints],
      localDataCenter: dataCenter,
      protocolOptions: { port: Number(contactPoints[0]?.split(':').at(-1)) },
    });
    this.#keyspace = keyspace;
  }

  /** Writes so far, over all tables of the keyspace. A batch of one partition is one, however many rows it has. */
  async writes(): Promise<number> {
    const query = 'SELECT keyspace_name, count FROM system_views.local_write_latency';
    const { rows } = await this.#client.execute(query, [], { fetchSize: 10_000 });
    const own = rows.filter((row) => row['keyspace_name'] === this.#keyspace);
    return own.reduce((sum, row) => sum + Number(row['count']), 0);
  }

  async close(): Promise<void> {
    await this.#client.shutdown();
  }
}
