import type { ChannelId } from '../../domain/identifier.ts';

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;

/** Kafka's murmur2 of the bytes: what its own producers and tools spread keys by. */
export function murmur2(bytes: Buffer): number {
  const { length } = bytes;
  let hash = SEED ^ length;
  const whole = length & ~3;
  for (let index = 0; index < whole; index += 4) {
    let word = Math.imul(bytes.readInt32LE(index), MULTIPLIER);
    word = Math.imul(word ^ (word >>> 24), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  if (whole < length) {
    for (let index = length - 1; index >= whole; index -= 1) hash ^= (bytes[index] ?? 0) << (8 * (index - whole));
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}

/**
 * A channel's partition, for ever: the one in which any Kafka producer with the default partitioner would put the channel's
 * id as key. Another number of partitions would move channels, and so put an end to the order of their commands.
 */
export const partitionOf = (channelId: ChannelId, partitions: number): number =>
  (murmur2(Buffer.from(channelId)) & 0x7fffffff) % partitions;
