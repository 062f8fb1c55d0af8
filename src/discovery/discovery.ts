/** A node that takes sockets. */
export interface Gateway {
  readonly node: string;
  readonly region: string;
  /** Where clients reach it, as `https://chat.example.org`; null: at the address that the client itself used. */
  readonly publicUrl: string | null;
  readonly connections: number;
  readonly connectionsMax: number;
  readonly draining: boolean;
}

export interface Discovery {
  /** Makes this node known, and again whenever its load or state has changed. */
  register(gateway: Gateway): Promise<void>;
  /**
   * The best gateway for a new socket: the region first, then free capacity with two random choices; never a draining
   * one; where all are full, the least full. Null where none is known: the client stays where it is.
   */
  pick(region: string | null): Promise<Gateway | null>;
  close(): Promise<void>;
}
