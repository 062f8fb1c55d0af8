export interface Assumption {
  readonly value: number;
  readonly unit: string;
  readonly about: string;
}

const assume = (value: number, unit: string, about: string): Assumption => ({ value, unit, about });

/** What nobody can measure beforehand: how people behave, and how the systems around are bought. Each is an option of the calculator. */
export const ASSUMPTIONS = {
  dailyUsers: assume(50e6, 'users', 'who use it on a day'),
  onlineAtPeak: assume(0.25, '', "share of a region's daily users who are connected in its busiest hour"),
  socketsPerUser: assume(1.2, 'sockets', "of somebody who is online: phone and computer; a browser's tabs share one"),
  sendsPerDay: assume(40, 'messages', 'of one user'),
  recipients: assume(10, 'users', 'others who are in the channel of a message, on average'),
  recipientsOnline: assume(0.4, '', 'share of them who are online then: people talk to who is there'),
  pagesPerDay: assume(60, 'pages', 'of history and channel lists that one user reads'),
  reconnectsPerHour: assume(3, 'connects', 'of one socket: networks change, phones sleep'),
  missedPerReconnect: assume(5, 'messages', 'that a reconnect brings'),
  regions: assume(3, 'regions', 'each with gateways, and with users at its own time of day'),
  regionsSpare: assume(1, 'regions', 'that may be away while the others carry all'),
  utilisation: assume(0.6, '', 'of a processor at most, at the busiest moment'),
  socketsPerGateway: assume(40_000, 'sockets', 'of one gateway process at most: what comes back when it dies'),
  commandsPerPartition: assume(500, 'a second', 'that one Kafka partition carries with ease'),
  partitionGrowth: assume(4, 'times', 'more partitions than needed now, since their number is fixed'),
  redisOperations: assume(80_000, 'a second', 'that one Redis process carries: publishes and what it pushes to nodes'),
  logDays: assume(7, 'days', 'that Kafka keeps what was stored'),
  kafkaReplication: assume(3, 'copies', 'of the log'),
  cassandraReplication: assume(3, 'copies', 'of what is stored'),
  cassandraCores: assume(16, 'cores', 'of a Cassandra node'),
  cassandraDisk: assume(4, 'TB', 'of a Cassandra node, half of which compaction may need'),
  retentionYears: assume(1, 'years', 'of messages kept'),
} satisfies Record<string, Assumption>;

export type AssumptionName = keyof typeof ASSUMPTIONS;
export type Assumed = Readonly<Record<AssumptionName, number>>;

export const ASSUMPTION_NAMES = Object.keys(ASSUMPTIONS) as readonly AssumptionName[];

/** The defaults with some of them changed. */
export const assumedWith = (changes: Partial<Assumed> = {}): Assumed =>
  Object.fromEntries(ASSUMPTION_NAMES.map((name) => [name, changes[name] ?? ASSUMPTIONS[name].value])) as Assumed;
