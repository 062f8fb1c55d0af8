/** All times of presence follow from the TTL. */
export interface Timing {
  /** A user is online for so long after the last sign. */
  readonly ttlMs: number;
  /** A node shows itself so often. */
  readonly renewMs: number;
  /** A node that has not shown itself for so long is gone. */
  readonly leaseMs: number;
  /** Its users go offline over so long. */
  readonly spreadMs: number;
  /** How often a node looks for others that have gone, and for users of its own whose time is over. */
  readonly lookMs: number;
  /** The same, while users of such a node are on their way out. */
  readonly fadeMs: number;
  /** A server that came back empty is not asked for so long: its nodes are telling it again. */
  readonly settleMs: number;
}

/** Offline shows at most 5 s after the TTL: renewal, look and spread together stay below that, with room for a busy machine. */
export function timingFor(ttlMs: number): Timing {
  const renewMs = Math.min(1_500, ttlMs / 5);
  return {
    ttlMs,
    renewMs,
    leaseMs: ttlMs + renewMs,
    spreadMs: Math.min(1_000, ttlMs / 2),
    lookMs: Math.min(1_000, ttlMs / 10),
    fadeMs: Math.min(100, ttlMs / 20),
    settleMs: Math.min(2_000, ttlMs / 4),
  };
}
