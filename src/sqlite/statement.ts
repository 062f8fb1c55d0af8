export type SqlValue = null | number | string | Uint8Array;

/** One write. Its text is a constant: texts are prepared once and kept for the life of the process. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  /**
   * The index of an earlier statement of the same batch: where that one changed no row, this one is left out and counts
   * as no change.
   */
  readonly given?: number;
}

/** A statement on its way to the writer: its text's number, `given` (or -1), its parameters. */
export type NumberedStatement = readonly [text: number, given: number, parameters: readonly SqlValue[]];

/**
 * `synced`: once it is written, it is on the disk. `ordered`: it reaches the disk with whatever is synced next, and never without what was
 * written before it; a power failure may take it back until then. Enough for what can be made again from what is synced. It fails where
 * something fails that was to be written before it and had not been when it was asked for.
 */
export type Durability = 'synced' | 'ordered';

/** Written whole or not at all. */
export interface NumberedBatch {
  readonly durability: Durability;
  readonly statements: readonly NumberedStatement[];
}

/** Batches that share one commit, which is synced where one of them has to be. */
export interface Group {
  readonly durability: Durability;
  /** Texts that the writer has not seen yet, numbered on from those that it has. */
  readonly texts: readonly string[];
  readonly batches: readonly NumberedBatch[];
}

/** Rows that each statement of a batch changed, or why nothing of the batch was written. */
export type BatchResult = readonly number[] | Error;

/** What the writer thread says. */
export type WriterMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** Only ever sent after the commit, which is on the disk then where its group is synced: one result a batch, in order. */
  | { readonly kind: 'committed'; readonly results: readonly BatchResult[] };
