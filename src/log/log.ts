import type { Command } from '../domain/command.ts';
import type { ChannelId } from '../domain/identifier.ts';
import type { LogRecord } from '../domain/sequencer.ts';

/** One (epoch, partition) that this consumer reads. */
export interface Partition {
  readonly epoch: string;
  readonly partition: number;
}

export interface Consumer {
  /**
   * Called before the first batch of a partition, each time that this consumer gets it: the offset up to which its
   * commands have had their effect (exclusive of the next one to read), or null to read from the oldest.
   */
  consumedUpTo(partition: Partition): Promise<number | null>;
  /**
   * Records of one partition in the order of their offsets. A log may give one before it holds it for certain: see `LogRecord.append`. Not called again for that partition until the promise
   * resolves, which says "taken over", not "done". Must not reject.
   */
  take(records: readonly LogRecord[]): Promise<void>;
  /** The log holds no command at this offset, nor between it and the last one that was given or passed. */
  passed(partition: Partition, offset: number): void;
  /** The partition went to another consumer: whatever it decides from now on is the other's to decide too. */
  revoked(partition: Partition): void;
}

/**
 * Durable, ordered commands. Commands of one channel are in one partition and are read in the order in which they were
 * appended. Reading is at least once: a consumer that restarts reads again from where its effects had come to.
 */
export interface Log {
  /**
   * Resolves when the command can't be lost any more: no earlier. Rejects with UNAVAILABLE where that is not known; the
   * command may then be in the log all the same, and appending it again with the same id is safe.
   */
  append(command: Command): Promise<void>;
  /** Starts reading; stops when the signal aborts. One consumer a log instance. */
  consume(consumer: Consumer, signal: AbortSignal): void;
  /** Every partition with the offset of its newest command, null where it never had one. What 'read to its end' compares with. */
  ends(): Promise<readonly { readonly partition: Partition; readonly offset: number | null }[]>;
  /** The partition that a channel's commands are in. */
  partitionOf(channelId: ChannelId): number;
  /** Everything up to this offset has had its effect: what may be trimmed. Never called for what is not stored. */
  trim(partition: Partition, offset: number): Promise<void>;
  close(): Promise<void>;
}
