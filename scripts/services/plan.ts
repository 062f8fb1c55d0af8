import type { Address } from './exchange.ts';
import type { Kind, Origin, Program } from './origin.ts';
import type { Ports } from './ports.ts';

/** Beside the services themselves: what runs on them. */
export type ServerKind = Kind | 'node' | 'edge';

/** One server: what it is called, where it listens, what it needs and how it is asked whether it is there. */
export interface Plan {
  /** `kafka`; `cassandra` and `cassandra-2` where there are several of a kind. */
  readonly name: string;
  readonly kind: ServerKind;
  readonly origin: Origin;
  readonly address: Address;
  /** Its own: configuration, data and log. */
  readonly directory: string;
  /** Configuration, written before each start: the file's name and its text. */
  readonly files: Readonly<Record<string, string>>;
  /** Run to its end before the first start; `makes` is the file that tells that it was. */
  readonly format?: { readonly program: Program; readonly makes: string };
  readonly program: Program;
  readonly readyMsMax: number;
  /** Whether it answers a request of its own protocol. */
  readonly isReady: () => Promise<boolean>;
}

export interface PlanOptions {
  readonly origin: Origin;
  readonly ports: Ports;
  /** Holds a directory for each server. */
  readonly directory: string;
  readonly count: number;
}

export const LOOPBACK = '127.0.0.1';

/** `redis`, `redis-2`, `redis-3`. */
export function numberedNames(kind: Kind, count: number): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? kind : `${kind}-${index + 1}`));
}
