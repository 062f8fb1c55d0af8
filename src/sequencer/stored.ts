import type { ChannelId } from '../domain/identifier.ts';
import { isSamePosition } from '../domain/position.ts';
import type { Decision, LogRecord } from '../domain/sequencer.ts';
import type { Storage } from '../storage/storage.ts';

export interface Decided {
  readonly record: LogRecord;
  readonly decision: Decision;
}

/** Those whose effect the store has, whatever its write was answered: a writer can die between its commit and the answer. */
export async function storedOf<One extends Decided>(
  storage: Storage,
  channelId: ChannelId,
  decided: readonly One[],
): Promise<ReadonlySet<One>> {
  const channel = (await storage.channels.byIds([channelId])).get(channelId);
  const stored = new Set<One>();
  for (const one of decided) {
    const { creation, events } = one.decision;
    const { position } = one.record;
    if (creation !== null && channel !== undefined && isSamePosition(channel.created, position)) stored.add(one);
    const [first] = events;
    if (first === undefined) continue;
    // A command's rows are written together.
    const [row] = await storage.events.after(channelId, first.sequence - 1, 1);
    if (row !== undefined && isSamePosition(row.position, position)) stored.add(one);
  }
  return stored;
}
