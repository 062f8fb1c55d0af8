/** Secrets that every node shares. */
export interface Keys {
  /** The key of that name; made by `make` the first time that any node asks, and the same for all from then on. */
  ensure(name: string, make: () => Uint8Array): Promise<Uint8Array>;
}
