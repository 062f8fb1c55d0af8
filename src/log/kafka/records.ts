import type { RecordsBatch } from '@platformatic/kafka';
import type { Command } from '../../domain/command.ts';
import type { LogRecord } from '../../domain/sequencer.ts';
import type { Partition } from '../log.ts';

export interface Read {
  readonly records: readonly LogRecord[];
  /** What comes after all of it. */
  readonly next: number;
  /** Of what is no command, and can't have been appended by a node. */
  readonly foreign: readonly number[];
}

/** Batches hold whole requests of producers, so the first may begin below what was asked for. */
export function readBatches(partition: Partition, batches: readonly RecordsBatch[], from: number): Read {
  const records: LogRecord[] = [];
  const foreign: number[] = [];
  let next = from;
  for (const batch of batches) {
    const first = Number(batch.firstOffset);
    for (const { offsetDelta, value } of batch.records) {
      const offset = first + offsetDelta;
      if (offset < from || isControl(batch) || value === null) continue;
      const command = commandOf(value);
      if (command === null) foreign.push(offset);
      else records.push({ position: { epoch: partition.epoch, partition: partition.partition, offset }, command });
    }
    next = Math.max(next, first + batch.lastOffsetDelta + 1);
  }
  return { records, next, foreign };
}

const isControl = ({ attributes }: RecordsBatch): boolean => (attributes & 0x20) !== 0;

function commandOf(value: Buffer): Command | null {
  try {
    const parsed: unknown = JSON.parse(value.toString());
    return isCommand(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** Commands are checked before they are appended; here those of others are only told from what is none. */
const isCommand = (parsed: unknown): parsed is Command =>
  typeof parsed === 'object' && parsed !== null && 'kind' in parsed && 'id' in parsed && 'channelId' in parsed;
