import type { LogRecord } from '../domain/sequencer.ts';

/**
 * A command that could not be decided, which is a fault of this product's own. To pass over it would be a decision that a
 * repaired version takes otherwise: a second sequence. So its channel stops there, and goes on after a restart.
 */
export class ChannelStopped extends Error {
  override readonly name = 'ChannelStopped';

  constructor({ position, command }: LogRecord, cause: unknown) {
    const { epoch, partition, offset } = position;
    const where = `${partition}@${epoch}:${offset}`;
    super(`channel ${command.channelId} stopped: ${command.kind} ${command.id} at ${where} can't be decided`, {
      cause,
    });
  }
}
