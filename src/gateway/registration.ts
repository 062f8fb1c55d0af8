import type { Discovery, Gateway } from '../discovery/discovery.ts';

export interface RegistrationOptions {
  readonly discovery: Pick<Discovery, 'register'>;
  readonly gateway: Omit<Gateway, 'connections' | 'draining'>;
  /** Sockets and streams now. */
  readonly connections: () => number;
  readonly failed: (error: unknown) => void;
  readonly lookMs?: number;
}

/** Load is looked at, and told, at most so often. */
const LOOK_MS = 1_000;
/** A change by less is told all the same after so long. */
const STALE_MS = 30_000;
/** Every API node reads every change, so that small ones are not worth telling. */
const PARTS_OF_CAPACITY = 100;

/** Keeps this gateway known to whoever sends clients somewhere: with its load, and until it drains. */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #timer: NodeJS.Timeout;
  #told: Gateway | null = null;
  #toldAt = 0;
  #telling: Promise<void> = Promise.resolve();
  #isTelling = false;
  #isDraining = false;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#look(), options.lookMs ?? LOOK_MS);
    this.#timer.unref();
  }

  /** Resolves once it is known, or the registry is away; then it is made known when that is back. */
  start(): Promise<void> {
    return this.#tell();
  }

  /** Resolves once nobody is sent here any more, or the registry is away. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    clearInterval(this.#timer);
    await this.#telling;
    if (this.#told !== null) await this.#tell();
  }

  #look(): void {
    if (this.#told === null || this.#isTelling || !this.#isWorthTelling(this.#told)) return;
    void this.#tell();
  }

  #isWorthTelling({ connections: told, connectionsMax }: Gateway): boolean {
    const now = this.#options.connections();
    if (now === told) return false;
    const isFull = now >= connectionsMax;
    if (isFull !== told >= connectionsMax) return true;
    const isStale = performance.now() - this.#toldAt >= STALE_MS;
    return isStale || Math.abs(now - told) >= connectionsMax / PARTS_OF_CAPACITY;
  }

  #tell(): Promise<void> {
    const { discovery, gateway, connections, failed } = this.#options;
    this.#told = { ...gateway, connections: connections(), draining: this.#isDraining };
    this.#toldAt = performance.now();
    this.#isTelling = true;
    this.#telling = discovery
      .register(this.#told)
      .catch(failed)
      .finally(() => {
        this.#isTelling = false;
      });
    return this.#telling;
  }
}
