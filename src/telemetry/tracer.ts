/** Where a trace stands, as W3C's `traceparent` has it. It travels with commands and hints between nodes. */
export type TraceContext = string;

export interface Span {
  readonly context: TraceContext;
  end(): void;
}

/** Spans are made by hand where a message passes, so that what is not traced costs nothing. */
export interface Tracer {
  /** The first span of a new trace; null for those, most of them, that are not traced. */
  root(name: string): Span | null;
  /** A step of a trace. */
  child(name: string, parent: TraceContext): Span | null;
  /** Sends what has ended. */
  close(): Promise<void>;
}

export const NO_TRACER: Tracer = {
  root: () => null,
  child: () => null,
  close: async () => undefined,
};

/** The act as one step of each trace. */
export async function traced(
  tracer: Tracer,
  name: string,
  parents: readonly (TraceContext | undefined)[],
  act: () => Promise<void>,
): Promise<void> {
  const spans = parents.flatMap((parent) => (parent === undefined ? [] : (tracer.child(name, parent) ?? [])));
  try {
    await act();
  } finally {
    for (const span of spans) span.end();
  }
}
