import type { Report } from './report.ts';

export const KINDS = ['cassandra', 'kafka', 'zookeeper', 'redis'] as const;
export type Kind = (typeof KINDS)[number];

/** Containers where an engine answers, else packages; or one of the two, whatever there is. */
export type OriginChoice = 'auto' | 'containers' | 'packages';

export interface Artifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

/** What a kind of server consists of, in either origin. */
export interface Distribution {
  readonly kind: Kind;
  readonly version: string;
  readonly image: string;
  /** Where the image keeps the server's jars. */
  readonly imageLibraryDirectory: string;
  /** What Maven Central is asked for; none for a server that is no Java program. */
  readonly artifacts: readonly Artifact[];
}

export interface Program {
  readonly name: 'java' | 'redis-server' | 'node' | 'haproxy';
  readonly words: readonly string[];
}

export interface Command {
  readonly file: string;
  readonly words: readonly string[];
}

/** A running server as its origin knows it: the name is unique on this machine, the process leads a group of its own. */
export interface Running {
  readonly name: string;
  readonly processId: number;
}

/** Where a server's program comes from, how it is run and how it is signalled. */
export interface Origin {
  /** What the report calls it. */
  readonly label: string;
  /** The folder of jars, as the program itself will see it. */
  readonly libraryDirectory: string;
  /** How to run a program of the server, which may use this one directory. */
  command(program: Program, place: { readonly name: string; readonly directory: string }): Command;
  signal(running: Running, signal: NodeJS.Signals): Promise<void>;
  /** Shell words that end it by force. */
  forcedEnd(running: Running): string;
}

export interface OriginOptions {
  readonly cacheDirectory: string;
  readonly report: Report;
  readonly signal: AbortSignal;
}
