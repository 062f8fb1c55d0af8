import { type Base, kGetApi, kGetBootstrapConnection, kListApis, ResponseError } from '@platformatic/kafka';

/** Which broker is asked what any of them knows. All clients of a log go by the same, so that one that hangs is waited for once. */
export class BrokerChoice {
  readonly #avoided = new Set<string>();

  /** The index of the first that has not failed to answer; once all have, they are tried anew. */
  of(addresses: readonly string[]): number {
    const index = addresses.findIndex((address) => !this.#avoided.has(address));
    if (index === -1) this.#avoided.clear();
    return Math.max(0, index);
  }

  avoid(address: string): void {
    this.#avoided.add(address);
  }
}

interface Broker {
  readonly host: string;
  readonly port: number;
}

type Answered = (error: Error | null, value?: unknown) => void;
type Api = ((connection: Broker, ...given: unknown[]) => void) & { readonly version: number };

/** The seams that the client keeps open to those who extend it. */
interface Seams {
  [kGetApi](name: string, callback: (error: Error | null, api?: Api) => void): void;
  [kGetBootstrapConnection](callback: Answered, attempt?: number): void;
  [kListApis](callback: Answered): void;
}

const ASKED_OF_ANY: ReadonlySet<string> = new Set(['Metadata', 'FindCoordinator', 'InitProducerId']);
/** Kafka's errors for a partition without a leader, and for one of which a copy is away. */
const OF_ONE_PARTITION: ReadonlySet<unknown> = new Set([5, 9]);

const addressOf = ({ host, port }: Broker): string => `${host}:${port}`;

/**
 * Keeps what one broker or one partition suffers from the others. Left to itself the client asks the first broker of its list again and
 * again, also where that hangs, and forgets what it knows of a topic where one of its partitions has no leader.
 *
 * `brokers`: the list that it was made with.
 */
export function steady<Client extends Base>(client: Client, brokers: readonly string[], choice: BrokerChoice): Client {
  const seams = client as unknown as Seams;
  const getBootstrapConnection = seams[kGetBootstrapConnection].bind(client);
  const getApi = seams[kGetApi].bind(client);
  const listApis = seams[kListApis].bind(client);
  // As a connection tells its own.
  const listed = brokers.map((broker) => broker.replaceAll(/[[\]]/g, ''));
  let asked = '';
  let isListing = false;

  // A connection that is reset while it authenticates emits a second error, for which the client has no listener: it ended the process.
  client.connections.on('connecting', ({ connection }) => connection.on('error', () => {}));
  client.connections.on('failed', ({ broker }) => choice.avoid(addressOf(broker)));

  seams[kGetBootstrapConnection] = (callback, attempt = 0) => {
    if (isListing && attempt > 0) choice.avoid(asked);
    const known = client.currentMetadata?.brokers.values() ?? [];
    // In the order in which the client puts them, and begins at the index that it takes for a number of tries.
    const addresses = [...listed, ...[...known].map(addressOf)];
    const index = choice.of(addresses);
    asked = addresses[index] ?? '';
    getBootstrapConnection(callback, index);
  };
  seams[kListApis] = (callback) => {
    isListing = true;
    listApis((error, apis) => {
      isListing = false;
      if (error !== null) choice.avoid(asked);
      callback(error, apis);
    });
  };
  seams[kGetApi] = (name, callback) => {
    getApi(name, (error, api) =>
      callback(error, api !== undefined && ASKED_OF_ANY.has(name) ? watched(name, api) : api),
    );
  };

  const watched = (name: string, api: Api): Api => {
    const ask = (connection: Broker, ...given: unknown[]): void => {
      const answered = given.pop() as Answered;
      api(connection, ...given, (error: Error | null, value: unknown) => {
        const despite = error === null ? undefined : responseDespite(error);
        if (despite !== undefined) return answered(null, despite);
        // One that can't give out an id, as when it is cut off from the controller, says so each time.
        const isAnswer = error === null || (error instanceof ResponseError && name !== 'InitProducerId');
        if (!isAnswer) choice.avoid(addressOf(connection));
        answered(error, value);
      });
    };
    return Object.assign(ask, { version: api.version });
  };
  return client;
}

/** What was answered, where nothing is wrong but that some partitions are not well. */
function responseDespite(error: Error): unknown {
  if (!(error instanceof ResponseError)) return undefined;
  const areOfPartitions = error.errors.every((each) => {
    const { apiCode, path } = each as { readonly apiCode?: number; readonly path?: string };
    return OF_ONE_PARTITION.has(apiCode) && path?.includes('/partitions/') === true;
  });
  return areOfPartitions ? error['response'] : undefined;
}
