import type { DialectName } from '../dialects/dialects.ts';
import type { MetricName } from '../measure/metrics.ts';
import type { CassandraAddress } from './cassandra-counters.ts';

/** Operation ids as clients give them: graphql-ws' a UUID each, the SDK's the same small number on every socket. */
export type OperationIds = 'uuid' | 'counted';

/** A started server and who is there. Socket i has token i and belongs to group i mod groups. */
export interface Site {
  /** Where requests go. */
  readonly port: number;
  /** Where sockets go, a group's members to each in turn; to `port` where not given. */
  readonly socketPorts?: readonly number[];
  /** Some of the processes and the systems beside them, each with the metric that says what it costs a message. */
  readonly parts?: Readonly<Partial<Record<MetricName, readonly number[]>>>;
  /** Whose counters are compared. */
  readonly redisUrl?: string;
  readonly cassandra?: CassandraAddress;
  /** Processor time and memory are these processes'. */
  readonly processIds: readonly number[];
  readonly dialect: DialectName;
  readonly operationIds: OperationIds;
  readonly groups: readonly string[];
  /** One a socket; none where a server knows no users. */
  readonly tokens: readonly string[];
}

/** Messages to groups with a socket for each member, at a rate or as fast as they are delivered. */
export interface FanOutJob {
  readonly kind: 'fan-out';
  readonly membersPerGroup: number;
  /** Messages a second over all groups. Null: `inFlight` at any time, each until every member has it. */
  readonly rate: number | null;
  readonly inFlight: number;
  readonly seconds: number;
  /** At first as much as the server takes, whatever the rate is. */
  readonly warmUpSeconds: number;
}

/** Sockets that are held while nothing is sent. */
export interface HoldJob {
  readonly kind: 'hold';
  readonly membersPerGroup: number;
  readonly seconds: number;
}

/** Messages that wait for their acknowledgement, each sender one at a time. */
export interface SendJob {
  readonly kind: 'send';
  readonly via: 'http' | 'socket';
  /** All of them listen, some of them send. */
  readonly membersPerGroup: number;
  readonly senders: number;
  /** Over all senders. Null: each sends its next when the last is acknowledged. */
  readonly rate: number | null;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** Sockets that connect, are cut at once, miss messages, and come back; some of the first group stay and are watched. */
export interface StormJob {
  readonly kind: 'storm';
  readonly membersPerGroup: number;
  readonly missedPerGroup: number;
  readonly jitterMs: number;
}

/** Requests over HTTP, some in flight at any time. */
export interface RequestsJob {
  readonly kind: 'requests';
  readonly requests: readonly string[];
  /** How often each answer must contain it. */
  readonly contains: { readonly text: string; readonly times: number };
  readonly inFlight: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** A subscription that is opened, brings what was missed, and is closed; again and again, one at a time. */
export interface CatchUpJob {
  readonly kind: 'catch-up';
  readonly payload: object;
  readonly events: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** What a durable send is made of, without Parley: a produce to Kafka with acks=all and an insert into Cassandra at LOCAL_QUORUM. */
export interface BareJob {
  readonly kind: 'bare';
  readonly kafkaBrokers: readonly string[];
  readonly cassandra: {
    readonly contactPoints: readonly string[];
    readonly dataCenter: string;
    readonly copies: number;
  };
  readonly bytes: number;
  readonly rate: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

export type Job = FanOutJob | HoldJob | SendJob | StormJob | RequestsJob | CatchUpJob | BareJob;
