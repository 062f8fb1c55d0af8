/** Every bound of the SDK. Times in milliseconds, as the names say. */
export const CLIENT_LIMITS = Object.freeze({
  // --- requests ---
  /** A request without an answer is given up after so long, and its outcome is not known. */
  requestMs: 15_000,

  // --- connections ---
  /** A transport that does not work after so long is taken for blocked, and the next is tried. */
  openMs: 5_000,
  /** The first try to connect again comes at a random time within this; each further one within twice as much. */
  retryFirstMs: 1_000,
  retryMaxMs: 10_000,
  /** After so long without a frame the server is asked for one … */
  silenceMs: 10_000,
  /** … and after so long without an answer the connection is given up. */
  answerMs: 8_000,
  /** Servers send something on an event stream more often than this … */
  streamBeatMs: 15_000,
  /** … and one on which nothing comes for so long is given up. */
  streamSilenceMs: 30_000,
  /** Seconds that a long poll waits. */
  pollWaitSeconds: 25,
  pollEvents: 200,
  /** A poll that brought nothing of use is not repeated sooner. */
  pollAgainMs: 1_000,
  /** While a lesser transport is in use, a better one is tried so often. */
  upgradeMs: 60_000,
  /** A subscription that brings nothing although the channels are further is begun again after so long. */
  stuckMs: 10_000,
  heartbeatMs: 10_000,
  presencePollMs: 15_000,
  /** Users of one presence subscription, and of one presence poll. */
  presenceUsersMax: 100,
  presencePollUsersMax: 50,

  // --- sessions ---
  /** Of an access token's life, the part that is over when it is renewed. */
  renewAtShare: 0.8,

  // --- events ---
  /** Events held for a channel that is not known yet; past it they are read again. */
  heldEventsMax: 1_000,
  /** A client that is more events behind than this begins anew instead of reading them all. */
  behindEventsMax: 5_000,
  /** A channel joined while away of which there are more events than this begins with what comes next. */
  joinedEventsMax: 1_000,
  /** How long events are gathered before a tab is told of them. */
  gatherMs: 5,
  channelsPage: 100,
  membersPage: 100,
  /** Channels are listed again no more often than this when a tab comes back. */
  listAgainMs: 10_000,

  // --- outbox ---
  entriesMax: 1_000,
  /** Faults of the server's own in a row after which a message counts as failed. */
  faultsMax: 5,

  // --- store ---
  historyPage: 50,
  historyPageMax: 100,
  /** Live messages kept for a channel that nobody looks at. */
  recentMessagesMax: 100,
  /** Edits and deletions remembered, for pages that were read before them. */
  changesMax: 200,
  /** Channels whose history is kept in memory. */
  timelinesMax: 10,
  /** Longer than typing lasts without being renewed. */
  typingMs: 7_000,
  /** The server hears of typing no more often than this, … */
  typingEveryMs: 3_000,
  /** … and of reading neither. */
  markReadEveryMs: 1_000,
});
