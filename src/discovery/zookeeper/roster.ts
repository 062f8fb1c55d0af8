import type { Gateway } from '../discovery.ts';
import { decodeGateway } from './gateway-record.ts';
import type { Session } from './session.ts';

interface Entry {
  /** To be read again: never read, or changed since. */
  isStale: boolean;
  gateway: Gateway | null;
  createdAs: bigint;
  /** One and the same each time: the client adds up different ones. */
  readonly changed: () => void;
}

const READS_MAX = 32;

/** What is registered below a path. It keeps what it knew while ZooKeeper is away. */
export class Roster {
  readonly #path: string;
  readonly #changed: () => void;
  readonly #entries = new Map<string, Entry>();
  #areNamesStale = true;
  readonly #namesChanged = (): void => {
    this.#areNamesStale = true;
    this.#changed();
  };

  /** `changed` is told that there is something to read; what comes in the meantime is read with it. */
  constructor(path: string, changed: () => void) {
    this.#path = path;
    this.#changed = changed;
  }

  /** By node. Where one has come back before its last session's entry has gone, the newer one counts. */
  get gateways(): ReadonlyMap<string, Gateway> {
    const newest = new Map<string, Entry & { readonly gateway: Gateway }>();
    for (const entry of this.#entries.values()) {
      const { gateway, createdAs } = entry;
      if (gateway === null || createdAs < (newest.get(gateway.node)?.createdAs ?? 0n)) continue;
      newest.set(gateway.node, { ...entry, gateway });
    }
    return new Map([...newest].map(([node, { gateway }]) => [node, gateway]));
  }

  /** Watches were lost, with a connection or a session: whatever is known may have changed. */
  distrust(): void {
    this.#areNamesStale = true;
    for (const entry of this.#entries.values()) entry.isStale = true;
  }

  /** Reads what has changed, and watches it. Where it rejects, the same again reads the rest. */
  async read(session: Session): Promise<void> {
    if (this.#areNamesStale) await this.#readNames(session);
    const stale = [...this.#entries].filter(([, { isStale }]) => isStale);
    for (let from = 0; from < stale.length; from += READS_MAX) {
      const reads = stale.slice(from, from + READS_MAX).map(([name, entry]) => this.#readEntry(session, name, entry));
      await Promise.all(reads);
    }
  }

  async #readNames(session: Session): Promise<void> {
    this.#areNamesStale = false;
    try {
      const names = new Set(await session.children(this.#path, this.#namesChanged));
      for (const name of this.#entries.keys()) if (!names.has(name)) this.#entries.delete(name);
      for (const name of names) {
        if (!this.#entries.has(name)) this.#entries.set(name, this.#newEntry());
      }
    } catch (error) {
      this.#areNamesStale = true;
      throw error;
    }
  }

  #newEntry(): Entry {
    const entry: Entry = {
      isStale: true,
      gateway: null,
      createdAs: 0n,
      changed: () => {
        entry.isStale = true;
        this.#changed();
      },
    };
    return entry;
  }

  async #readEntry(session: Session, name: string, entry: Entry): Promise<void> {
    entry.isStale = false;
    try {
      const read = await session.read(`${this.#path}/${name}`, entry.changed);
      if (read === null) {
        this.#entries.delete(name);
      } else {
        entry.gateway = decodeGateway(read.data);
        entry.createdAs = read.createdAs;
      }
    } catch (error) {
      entry.isStale = true;
      throw error;
    }
  }
}
