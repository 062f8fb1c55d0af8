import { expect, it } from 'vitest';
import { newGroupId } from '../../src/domain/identifier.ts';
import { createMemoryPubSub } from '../../src/pubsub/memory.ts';
import { channelTopic } from '../../src/pubsub/topics.ts';
import { pubSubConformance } from './pubsub.ts';

pubSubConformance('in process', async () => {
  const pubsub = createMemoryPubSub();
  return { one: pubsub, other: pubsub, close: () => pubsub.close() };
});

it('in process: hands on what a listener threw', async () => {
  const errors: unknown[] = [];
  const pubsub = createMemoryPubSub({ onError: (error) => errors.push(error) });
  const topic = channelTopic(newGroupId());
  const fault = new Error('a fault in a listener');
  await pubsub.subscribe(topic, () => {
    throw fault;
  });
  await pubsub.publish(topic, { kind: 'stored', head: 1 });
  expect(errors).toEqual([fault]);
});

it('in process: lets the event loop turn during a burst', async () => {
  const pubsub = createMemoryPubSub();
  const topic = channelTopic(newGroupId());
  let inThisTurn = 0;
  let most = 0;
  await pubsub.subscribe(topic, () => {
    inThisTurn += 1;
    most = Math.max(most, inThisTurn);
    setImmediate(() => {
      inThisTurn = 0;
    });
  });
  const burst = Array.from({ length: 5_000 }, (_, head) => pubsub.publish(topic, { kind: 'stored', head }));
  await Promise.all(burst);
  expect(most).toBeLessThanOrEqual(512);
});

it('in process: rejects what waits when it is closed', async () => {
  const pubsub = createMemoryPubSub();
  const topic = channelTopic(newGroupId());
  await pubsub.subscribe(topic, () => {});
  const burst = Array.from({ length: 1_000 }, (_, head) => pubsub.publish(topic, { kind: 'stored', head }));
  const settling = Promise.allSettled(burst);
  await pubsub.close();
  const states = new Set((await settling).map(({ status }) => status));
  expect(states).toEqual(new Set(['fulfilled', 'rejected']));
});
