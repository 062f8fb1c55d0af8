/** Events of one partition. Part of the schema: another number would look for every event in the wrong place. */
export const BUCKET_EVENTS = 4_000;

const BUCKET_MAX = 2 ** 31 - 1;

/** Where the event of a sequence is. Sequences have no hole, so no bucket below a channel's newest is empty. */
export const bucketOf = (sequence: number): number => Math.min(Math.floor(sequence / BUCKET_EVENTS), BUCKET_MAX);

/** The highest sequence in a bucket. */
export const bucketEnd = (bucket: number): number => (bucket + 1) * BUCKET_EVENTS - 1;
