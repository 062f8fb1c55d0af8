import { LIMITS } from '../../config/limits.ts';

/** Undefined leaves a column as it is; null would write a tombstone. */
export type Parameter = string | number | boolean | Uint8Array | readonly string[] | readonly number[] | undefined;

/** One write, safe to repeat: it names its own timestamp or is overwritten by its like only. */
export interface Write {
  readonly cql: string;
  readonly parameters: readonly Parameter[];
  /**
   * Writes of one group go together, in order. Mostly it names a partition, the same for every table that has this key; see
   * {@link groupsOfFew} for small writes to many.
   */
  readonly group: string;
}

/** Cuts the writes of one group into batches, in order, each bounded in number and bytes. */
export function batchesOf(writes: readonly Write[]): readonly (readonly Write[])[] {
  const { batchWritesMax, batchBytesMax } = LIMITS.cassandra;
  const batches: Write[][] = [];
  let batch: Write[] = [];
  let bytes = 0;
  for (const write of writes) {
    const more = bytesOf(write);
    if (batch.length > 0 && (batch.length === batchWritesMax || bytes + more > batchBytesMax)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(write);
    bytes += more;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/** Names the group of each of many small writes to partitions of their own: a few share a request. */
export const groupsOfFew = (name: string, index: number): string =>
  `${name} ${Math.floor(index / LIMITS.cassandra.keysPerRequestMax)}`;

const NUMBER_BYTES = 8;

function bytesOf({ parameters }: Write): number {
  let bytes = 0;
  for (const parameter of parameters) {
    if (typeof parameter === 'string') bytes += Buffer.byteLength(parameter);
    else bytes += parameter instanceof Uint8Array ? parameter.byteLength : NUMBER_BYTES;
  }
  return bytes;
}
