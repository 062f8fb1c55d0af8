import { Client } from 'cassandra-driver';

export interface CassandraAddress {
  readonly contactPoints: readonly string[];
  readonly dataCenter: string;
  readonly keyspace: string;
}

export interface Writes {
  readonly all: number;
  /** Of messages, where those of a channel share partitions; what else a send writes has partitions of its own. */
  readonly messages: number;
}

const QUERY = 'SELECT keyspace_name, table_name, count FROM system_views.local_write_latency';

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

  /** So far, over all tables of the keyspace. A batch of one partition is one, however many rows it has. */
  async writes(): Promise<Writes> {
    const { rows } = await this.#client.execute(QUERY, [], { fetchSize: 10_000 });
    const own = rows.filter((row) => row['keyspace_name'] === this.#keyspace);
    const counts = new Map(own.map((row) => [String(row['table_name']), Number(row['count'])]));
    return { all: counts.values().reduce((sum, count) => sum + count, 0), messages: counts.get('messages') ?? 0 };
  }

  async close(): Promise<void> {
    await this.#client.shutdown();
  }
}
