/**
 * Where a command stands in the log. Offsets rise within one (epoch, partition) and may skip. A log that was made anew
 * has another epoch, so that its small offsets are never taken for old ones.
 */
export interface Position {
  readonly epoch: string;
  readonly partition: number;
  readonly offset: number;
}

/** True for what an earlier command decided. Whatever an older log decided is earlier than anything in this one. */
export const isBelow = (row: Position, mark: Position): boolean => row.epoch !== mark.epoch || row.offset < mark.offset;

export const isSamePosition = (one: Position, other: Position): boolean =>
  one.epoch === other.epoch && one.partition === other.partition && one.offset === other.offset;
