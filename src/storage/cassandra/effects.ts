import { headAfter } from '../../domain/channel-view.ts';
import type { SequencedEvent } from '../../domain/event.ts';
import type { UserId } from '../../domain/identifier.ts';
import type { Creation } from '../../domain/sequencer.ts';
import type { Effects } from '../effects.ts';
import type { Write } from './batch.ts';
import { bucketOf, isFirstOfBucket } from './bucket.ts';
import { insertChannel } from './channels.ts';
import { moveCheckpoint } from './checkpoints.ts';
import { changeMessage, closeBucket, insertEvent, insertSequences } from './event-write.ts';
import { moveHead } from './heads.ts';
import { inherit, join, leave } from './membership-write.ts';
import type { Session } from './session.ts';

export function createEffects(session: Session): Effects {
  return {
    async store({ creation, events }) {
      if (creation !== null) await storeCreation(session, creation);
      // Bucket by bucket, so that rows are never ahead of the head by more than a bucket.
      for (const own of Map.groupBy(events, ({ sequence }) => bucketOf(sequence)).values()) {
        const closed = own.filter(({ sequence }) => isFirstOfBucket(sequence)).map(closeBucket);
        await session.write([...closed, ...own.map(insertEvent), ...insertSequences(own)]);
        await session.write(stateAfter(own));
      }
    },
    storeNew: null,
  };
}

/** What a membership points to is there before it. */
async function storeCreation(session: Session, creation: Creation): Promise<void> {
  const { channel, members } = creation;
  const head = { sequence: 0, messages: 0, activeAt: channel.createdAt };
  await session.write([insertChannel(creation), moveHead(channel.id, head)]);
  await session.write(members.flatMap(join));
}

/** All that events change besides their own rows. The order does not matter: each write says of which sequence it is. */
function stateAfter(events: readonly SequencedEvent[]): readonly Write[] {
  const newest = events.at(-1);
  if (newest === undefined) return [];
  const checkpoints = new Map<UserId, Write>();
  const changes: Write[] = [moveHead(newest.channelId, headAfter(newest))];
  for (const event of events) {
    const { channelId, sequence, messages } = event;
    switch (event.kind) {
      case 'MessageSent': {
        const { senderId } = event.message;
        checkpoints.set(senderId, moveCheckpoint(senderId, channelId, { sequence, messages }));
        break;
      }
      case 'MessageEdited':
      case 'MessageDeleted':
        changes.push(changeMessage(event));
        break;
      case 'MemberJoined':
        changes.push(...join(event.membership));
        break;
      case 'MemberLeft':
        changes.push(...leave(channelId, event.userId, sequence));
        if (event.successorId !== null) changes.push(...inherit(channelId, event.successorId, sequence));
        break;
    }
  }
  return [...changes, ...checkpoints.values()];
}
