const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Every bound that clients, or whoever runs a node, can meet; timings of one part stand in its own file. Text is counted in code points, sizes in bytes, times in milliseconds, as the names say.
 * What a client meets when it passes one is in docs/protocol.md.
 */
export const LIMITS = Object.freeze({
  // --- what people write ---
  /** Of a message. */
  textCharactersMax: 8_000,
  /** Of a user's or a group's name. */
  nameCharactersMax: 100,
  passwordCharactersMin: 8,
  passwordCharactersMax: 256,
  /** Chosen by clients to make a retry safe. */
  nonceCharactersMax: 64,
  regionCharactersMax: 64,
  /** Users in one `presence` subscription. Members of a group: MEMBERS_MAX in src/domain, since a replay of the log depends on it. */
  presenceUsersMax: 100,
  /**
   * Channels that one user may be a member of, and positions in one `updates` or `inbox`. Joins through several nodes at the
   * same moment can pass it by a few.
   */
  channelsPerUserMax: 1_000,

  // --- pages ---
  pageMax: 100,
  pageDefault: 50,
  updatesMax: 500,
  updatesWaitSecondsMax: 30,

  // --- requests ---
  /** Of an HTTP body or a WebSocket frame from a client. */
  frameBytesMax: 256 * KIB,
  /** Of graphql-transport-ws: it is echoed with every event. */
  operationIdCharactersMax: 64,
  documentTokensMax: 2_000,
  documentDepthMax: 12,
  /** Fields and aliases in one selection set. */
  documentBreadthMax: 64,
  /** One a field, times the page size below a connection. */
  documentCostMax: 20_000,
  documentsCached: 1_000,
  /** Fields of operations whose plans are kept: up to 1 KB each. */
  fieldsPlannedMax: 30_000,
  /** The deepest that tools ask is 15; validation bounds what it can fetch. */
  introspectionDepthMax: 32,

  // --- connections ---
  /** TCP connections that carry requests: as many as sockets and streams, but so many at least. */
  requestConnectionsMin: 256,
  /** So many connections beyond that are told that the node is full; further ones are closed unanswered. */
  surplusConnectionsMax: 64,
  /** One of those that asks nothing is cut after this time. */
  surplusIdleMs: 5_000,
  requestHeadersMs: 10_000,
  /** Of a whole request, its body included; a long poll's answer may take longer. */
  requestMs: 30_000,
  keepAliveMs: 65_000,
  /** A connection on which nothing moves is cut: longer than a long poll waits, and no reader may stall for a minute. */
  connectionIdleMs: 45_000,
  connectionInitMs: 5_000,
  pingIntervalMs: 12_000,
  /** At once, subscriptions included. */
  operationsPerSocketMax: 100,
  /** From a client, pings and pongs included: a bucket of `framesBurst`. */
  framesPerSecond: 100,
  framesBurst: 1_000,
  /** Sockets and streams of one user on one node. */
  socketsPerUserMax: 20,
  /** Sockets that have not authenticated yet, of one address. */
  socketsPendingPerAddressMax: 200,
  /** A stream or long poll whose reader takes nothing for so long is ended. */
  stalledMs: 30_000,

  // --- streams ---
  /** What waits for one reader: past the soft mark typing and all but the newest checkpoints are dropped, past the hard mark the connection ends. */
  queueSoftBytes: 256 * KIB,
  queueHardBytes: MIB,
  /** Events of one channel that came before their turn; past it the store is read. */
  earlyEventsMax: 256,
  /** Events without a position that are held while a reader catches up; past it all that are held are lost. */
  heldEventsMax: 256,
  /** Events that one read of the store brings. */
  catchUpPageEvents: 100,
  /** Newest events that a feed keeps in memory, so that a storm of reconnects does not reach the store. */
  feedEventsMax: 300,
  feedBytesMax: MIB,
  /** Re-joins of one channel that a reader far behind has not come to yet. */
  rejoinsMax: 100,
  /** A feed outlives its last reader by so long. */
  feedLingerMs: 10_000,
  /** A position above the known head waits so long for the log to be read to its end. */
  positionWaitMs: 5_000,
  typingMs: 6_000,
  /** Answers to events that are given again to whoever asks the same: for so long, or twice that, and so many at most. */
  answersKeptMs: 1_000,
  answersKeptMax: 4_096,
  /** Of them as JSON. With the frames that were made of them they take up some times that. */
  answersKeptCharactersMax: 2 * MIB,
  /** Operations of one document that differ in variables below the root field: of more, the least recently begun is shared by nobody new. */
  sharedOperationsPerDocumentMax: 64,

  // --- sequencer ---
  /** Commands that are appended and not answered yet, of one node. */
  commandsPendingMax: 10_000,
  commandWaitMs: 10_000,
  /** Without an answer for so long, a node looks whether the store has one. */
  answerLookMs: 1_000,
  /** Without an answer for so long, a node appends the command again. */
  answerRepeatMs: 4_000,
  /** An answer that did not reach its sender can be found for so long. */
  outcomeKeptMs: 24 * 60 * 60_000,
  /** Commands read from the log and not stored yet, of one node. */
  commandsUnstoredMax: 10_000,
  channelsLoadedMax: 10_000,
  pushFirstBatchMs: 200,
  /**
   * Messages of one PUSH_FIRST channel that are pushed and wait for the store. Past it nothing more of the channel is decided
   * until the store has taken some; where that takes longer than a batch, sends get UNAVAILABLE at once.
   */
  pushFirstUnstoredMax: 2_000,
  /** Commands of one channel that wait so long for the store have their senders told so: UNAVAILABLE. */
  storeLateMs: 3_000,
  /** A node that was told that a channel's commands wait for the store appends none of that channel for so long. */
  channelDelayedMs: 1_000,
  /** The same for a channel that a fault has stopped. */
  channelStoppedMs: 10_000,
  /** A consumed position that can't be written is tried again after this time at the latest. */
  positionRetryMsMax: 2_000,
  /** Log lines that a reader of standard output has not taken: past it they are left out, and counted. */
  logWaitingBytesMax: MIB,
  /** What fails again and again is told so often. */
  failureLogMs: 10_000,

  // --- discovery ---
  /** A gateway that dies without a word is known for so long. */
  discoverySessionMs: 4_000,
  /** A start waits so long for ZooKeeper; a registration and a first look as long, and then go on without. */
  discoveryWaitMs: 5_000,

  // --- bus ---
  /** A start and a subscription wait so long for a server of the bus that is away. */
  busWaitMs: 5_000,
  /** Publications that one server of the bus has not answered yet: past it they are refused. */
  busPendingBytesMax: 16 * MIB,
  /** Calls that one server of presence has not answered yet: past it more are refused. */
  presenceCallsPendingMax: 10_000,

  /** Channels of a partition whose last change is remembered, for nodes that may have missed it. */
  recentHeadsMax: 10_000,
  /** Channels in one answer to such a node: where more have changed, it reads the store. */
  reportedHeadsMax: 5_000,

  // --- log of a cluster ---
  /** Commands that wait for their turn to be appended, of one node: past it sends get UNAVAILABLE. */
  appendsWaitingMax: 20_000,
  /** How long an append is tried; then UNAVAILABLE. Less than `commandWaitMs`, so that an answer may still come. */
  appendWaitMs: 8_000,
  /**
   * How long a command stays that has had its effect: a store that is set back by less is made whole by a replay. With the day that a
   * segment spans, no text stays for longer than a week.
   */
  commandsKeptMs: 5 * 24 * 60 * 60_000,
  trimIntervalMs: 10 * 60_000,

  // --- embedded store ---
  /** Batches of writes that are not committed yet. Past it, a write is refused with UNAVAILABLE. */
  writesPendingMax: 20_000,
  /** About how much they take. */
  writesPendingBytesMax: 64 * MIB,
  /** Batches in one commit. */
  groupWritesMax: 1_000,
  groupBytesMax: 4 * MIB,
  /** A writer thread that dies is replaced so often within so long; then the node ends, for whoever watches it to start it again. */
  writerRestartsMax: 5,
  writerRestartsWithinMs: 60_000,
  /** Commands appended that the sequencer has not been given yet: those beyond it reads back from the database. */
  logTailRecordsMax: 1_024,
  /** A disk that refused is asked so often whether it takes writes again. */
  writeProbeMs: 1_000,

  // --- a cluster's store ---
  cassandra: Object.freeze({
    connectMs: 20_000,
    /** Of one change of the schema. */
    schemaMs: 60_000,
    /** What a node takes longer for is asked of the next. */
    readTimeoutMs: 4_000,
    /** Of one of our nodes at once: a connection refuses what is above 2,048. */
    writesMax: 512,
    readsMax: 512,
    /** Requests that wait for their turn: past it UNAVAILABLE. */
    waitingMax: 20_000,
    /** Of one batch. */
    batchWritesMax: 200,
    batchBytesMax: 64 * KIB,
    /** Partitions that are read, or given a small row each, in one request. */
    keysPerRequestMax: 25,
    /** Rows of one partition that are read in one request. */
    rowsPerReadMax: 200,
    /** Channels of which a node remembers a bucket that they have come to: some 100 bytes each. */
    headsRememberedMax: 20_000,
    /** A node that migrates the schema says at least so often that it lives. */
    migrationLockMs: 60_000,
    migrationWaitMs: 180_000,
  }),

  // --- accounts ---
  accessTokenMs: 15 * 60_000,
  sessionMs: 30 * 24 * 60 * 60_000,
  /** A refresh token gives the same successor again for so long. */
  refreshRepeatMs: 10_000,
  passwordHashesMax: 2,
  passwordHashesWaitingMax: 100,

  // --- what a node remembers: some 300 bytes each, the most recently used ---
  /** Of what never changes. */
  usersRememberedMax: 20_000,
  channelsRememberedMax: 20_000,
  /** Who was a member of what, for those who send: the sequencer decides whether they still are. */
  membersRememberedMax: 50_000,
  memberRememberedMs: 60_000,
  /** Access tokens that were verified, and sessions that have ended. */
  tokensRememberedMax: 20_000,
  /** Whoever is counted for a rate. One that is forgotten begins with a full bucket. */
  ratesRememberedMax: 100_000,

  // --- rates: a bucket of `burst`, refilled with `perSecond` ---
  rates: Object.freeze({
    /** Sends, edits and deletions of one user. */
    message: Object.freeze({ perSecond: 10, burst: 50 }),
    /** Other mutations of one user. */
    change: Object.freeze({ perSecond: 5, burst: 50 }),
    typing: Object.freeze({ perSecond: 2, burst: 10 }),
    /** Queries and subscriptions of one user. */
    read: Object.freeze({ perSecond: 50, burst: 200 }),
    /** Log-ins of one handle, from anywhere. */
    logIn: Object.freeze({ perSecond: 0.2, burst: 10 }),
    /** Log-ins, sign-ups and refreshes from one address. */
    account: Object.freeze({ perSecond: 10, burst: 200 }),
    /** Queries and subscriptions without a token from one address: introspection, and what is refused. */
    anonymous: Object.freeze({ perSecond: 2, burst: 50 }),
    /** Wrong import tokens of one user, and from one address. */
    importToken: Object.freeze({ perSecond: 0.1, burst: 10 }),
  }),

  // --- import ---
  importLinesMax: 1_000,
});

type Widened<Bounds> = {
  readonly [Name in keyof Bounds]: Bounds[Name] extends number ? number : Widened<Bounds[Name]>;
};
export type Limits = Widened<typeof LIMITS>;
