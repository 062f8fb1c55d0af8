/** How far the log has had its effect. */
export interface Positions {
  /** The highest offset such that it and all below it have had their effect; null where none has. */
  consumed(epoch: string, partition: number): Promise<number | null>;
  /** Never moves back: a lower offset changes nothing. */
  move(epoch: string, partition: number, offset: number): Promise<void>;
}
