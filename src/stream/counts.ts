/** What the streams of a node have done since its start: for whoever watches it. */
export interface StreamCounts {
  /** Live events handed to readers, one for each reader. */
  delivered: number;
  /** Events that no hint brought and the store was read for. */
  gapsFilled: number;
  /** Readers that were let go because their queue was full. */
  slowReaders: number;
}

export const newStreamCounts = (): StreamCounts => ({ delivered: 0, gapsFilled: 0, slowReaders: 0 });
