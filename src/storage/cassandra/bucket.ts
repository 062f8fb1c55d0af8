/** Events of one partition. Part of the schema: another number would look for every event in the wrong place. */
export const BUCKET_EVENTS = 4_096;

const BUCKET_MAX = 2 ** 31 - 1;

/** Where the event of a sequence is. Sequences have no hole, so no bucket below a channel's newest is empty. */
export const bucketOf = (sequence: number): number => Math.min(Math.floor(sequence / BUCKET_EVENTS), BUCKET_MAX);

/** Whether an event is the first of its bucket, with another bucket before it. */
export const isFirstOfBucket = (sequence: number): boolean => sequence > 0 && sequence % BUCKET_EVENTS === 0;

/** The highest sequence in a bucket. */
export const bucketEnd = (bucket: number): number => (bucket + 1) * BUCKET_EVENTS - 1;
