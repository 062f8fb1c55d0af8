import type { CommandId } from '../domain/identifier.ts';
import type { Outcome } from '../domain/outcome.ts';

/** Answers whose sender could not be reached: whoever still waits for one finds it here. */
export interface Outcomes {
  /** Keeps it for a day, at least. Of two outcomes of one command either may be the one that is found. */
  put(commandId: CommandId, outcome: Outcome): Promise<void>;
  /** Absent where none is kept. */
  find(commandIds: readonly CommandId[]): Promise<ReadonlyMap<CommandId, Outcome>>;
}
