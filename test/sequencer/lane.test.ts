import { expect, test } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import type { ChannelId, CommandId, MessageId, UserId } from '../../src/domain/identifier.ts';
import type { LogRecord } from '../../src/domain/sequencer.ts';
import { SqliteAppend } from '../../src/log/sqlite-append.ts';
import { createMemoryPubSub } from '../../src/pubsub/memory.ts';
import { userTopic } from '../../src/pubsub/topics.ts';
import { Announcer } from '../../src/sequencer/announcer.ts';
import { Answers } from '../../src/sequencer/answers.ts';
import { Lane } from '../../src/sequencer/lane.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { NO_TRACER } from '../../src/telemetry/tracer.ts';
import { openEmbedded } from '../support/embedded.ts';
import { until } from '../support/until.ts';

const channelId = 'chn_aaaaaaaaaaaaaaaaaaaaaa' as ChannelId;
const actorId = 'usr_aaaaaaaaaaaaaaaaaaaaaa' as UserId;

/** A lane of the channel above a store; `finished` are the offsets that have had their effect. */
function laneOn(storage: Storage) {
  const { signal } = new AbortController();
  const pubsub = createMemoryPubSub();
  const finished: number[] = [];
  const lane = new Lane({
    tracer: NO_TRACER,
    limits: LIMITS,
    channelId,
    storage,
    announcer: new Announcer(pubsub, () => {}),
    answers: new Answers({ pubsub, outcomes: storage.outcomes, failed: () => {} }),
    signal,
    finished: ({ position }) => finished.push(position.offset),
    setAside: () => {},
    failed: () => {},
  });
  return { lane, pubsub, finished };
}

const base = { channelId, actorId, at: 1, origin: 'here' };
const positionAt = (offset: number) => ({ epoch: 'e', partition: 0, offset });
const creation: LogRecord = {
  position: positionAt(1),
  command: {
    ...{ ...base, kind: 'CreateChannel', id: 'cmd_1' as CommandId, channelKind: 'GROUP', name: 'G' },
    delivery: 'PUSH_FIRST',
    memberIds: [actorId],
  },
};

/**
 * A lane that looked idle while its flush was on the way to the store could be forgotten and loaded again from rows that
 * lagged behind what had been pushed: a sequence was given twice.
 */
test('a lane whose flush has not reached the store yet is not idle', async () => {
  await using embedded = await openEmbedded();
  const gate = Promise.withResolvers<void>();
  let isHeld = false;
  const { lane, finished } = laneOn({
    ...embedded.storage,
    effects: {
      storeNew: null,
      store: async (effects) => {
        if (isHeld) await gate.promise;
        await embedded.storage.effects.store(effects);
      },
    },
  });
  lane.push(creation);
  await until('the channel to be stored', () => finished.length === 1 && lane.idle);

  isHeld = true;
  const messageId = 'msg_aaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbb' as MessageId;
  const id = 'cmd_2' as CommandId;
  lane.push({
    position: positionAt(2),
    command: { ...base, kind: 'SendMessage', id, messageId, text: 'hello', replyTo: null, digest: 'd' },
  });
  await until('the message to wait for the store', () => !lane.idle);
  const flushed = lane.flush();
  expect(lane.idle).toBe(false);
  gate.resolve();
  await flushed;
  await until('the lane to be idle', () => lane.idle);
  expect(finished).toEqual([1, 2]);
  expect((await embedded.storage.events.after(channelId, 0, 10)).map(({ sequence }) => sequence)).toEqual([1]);
});

// The group was in the store, and its members were not told of it before its first event.
test('a channel that was stored, though its command was taken for lost, is told to its members', async () => {
  await using embedded = await openEmbedded();
  const append = new SqliteAppend();
  const { lane, pubsub, finished } = laneOn({
    ...embedded.storage,
    effects: {
      storeNew: null,
      store: async (effects) => {
        await embedded.storage.effects.store(effects);
        // As by a writer that dies between its commit and its answer.
        append.end({ isLost: true });
      },
    },
  });
  const told: unknown[] = [];
  await pubsub.subscribe(userTopic(actorId), (hint) => told.push(hint));
  lane.push({ ...creation, append });
  await until('the channel to be told', () => told.length > 0);
  expect(told).toEqual([{ kind: 'joined', channelId, sequence: 0 }]);
  await until('the lane to be idle', () => lane.idle);
  expect(finished).toEqual([1]);
});
