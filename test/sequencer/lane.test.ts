import { expect, test } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import type { ChannelId, CommandId, MessageId, UserId } from '../../src/domain/identifier.ts';
import { createMemoryPubSub } from '../../src/pubsub/memory.ts';
import { Announcer } from '../../src/sequencer/announcer.ts';
import { Answers } from '../../src/sequencer/answers.ts';
import { Lane } from '../../src/sequencer/lane.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { NO_TRACER } from '../../src/telemetry/tracer.ts';
import { openEmbedded } from '../support/embedded.ts';
import { until } from '../support/until.ts';

const channelId = 'chn_aaaaaaaaaaaaaaaaaaaaaa' as ChannelId;
const actorId = 'usr_aaaaaaaaaaaaaaaaaaaaaa' as UserId;

/**
 * A lane that looked idle while its flush was on the way to the store could be forgotten and loaded again from rows that
 * lagged behind what had been pushed: a sequence was given twice.
 */
test('a lane whose flush has not reached the store yet is not idle', async () => {
  await using embedded = await openEmbedded();
  const gate = Promise.withResolvers<void>();
  let isHeld = false;
  const storage: Storage = {
    ...embedded.storage,
    effects: {
      store: async (effects) => {
        if (isHeld) await gate.promise;
        await embedded.storage.effects.store(effects);
      },
    },
  };
  const { signal } = new AbortController();
  const pubsub = createMemoryPubSub();
  let finished = 0;
  const lane = new Lane({
    tracer: NO_TRACER,
    limits: LIMITS,
    channelId,
    storage,
    announcer: new Announcer(pubsub, () => {}),
    answers: new Answers({ pubsub, outcomes: embedded.storage.outcomes, failed: () => {} }),
    signal,
    finished: () => {
      finished += 1;
    },
    setAside: () => {},
    failed: () => {},
  });
  const base = { channelId, actorId, at: 1, origin: 'here' };
  const position = (offset: number) => ({ epoch: 'e', partition: 0, offset });
  lane.push({
    position: position(1),
    command: {
      ...{ ...base, kind: 'CreateChannel', id: 'cmd_1' as CommandId, channelKind: 'GROUP', name: 'G' },
      delivery: 'PUSH_FIRST',
      memberIds: [actorId],
    },
  });
  await until('the channel to be stored', () => finished === 1 && lane.idle);

  isHeld = true;
  const messageId = 'msg_aaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbb' as MessageId;
  const id = 'cmd_2' as CommandId;
  lane.push({
    position: position(2),
    command: { ...base, kind: 'SendMessage', id, messageId, text: 'hello', replyTo: null, digest: 'd' },
  });
  await until('the message to wait for the store', () => !lane.idle);
  const flushed = lane.flush();
  expect(lane.idle).toBe(false);
  gate.resolve();
  await flushed;
  await until('the lane to be idle', () => lane.idle);
  expect(finished).toBe(2);
  expect((await embedded.storage.events.after(channelId, 0, 10)).map(({ sequence }) => sequence)).toEqual([1]);
});
