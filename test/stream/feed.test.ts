import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import type { ChannelEvent } from '../../src/domain/event.ts';
import { newUserId } from '../../src/domain/identifier.ts';
import { createMemoryPubSub } from '../../src/pubsub/memory.ts';
import { channelTopic } from '../../src/pubsub/topics.ts';
import { newStreamCounts } from '../../src/stream/counts.ts';
import { Feed, type FeedReader } from '../../src/stream/feed.ts';
import { NO_TRACER } from '../../src/telemetry/tracer.ts';
import { ModelChannel, ModelStorage, range, sequences } from './model.ts';

function reader(take: (event: ChannelEvent) => void): FeedReader & { readonly failures: unknown[] } {
  const failures: unknown[] = [];
  return { isMembers: true, take, takeLate: () => {}, fail: (error) => failures.push(error), failures };
}

describe('a feed', () => {
  // An exception in one listener kept the event from every listener registered after it.
  it("keeps one reader's exception from its neighbours, and fails that reader", async () => {
    const pubsub = createMemoryPubSub();
    const channel = new ModelChannel();
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    const feed = new Feed(channel.id, {
      pubsub,
      storage: new ModelStorage(),
      limits: LIMITS,
      counts: newStreamCounts(),
      tracer: NO_TRACER,
      onError,
    });
    await feed.subscribe();
    feed.start(0);
    const fault = new Error('a fault in a reader');
    const faulty = reader(() => {
      throw fault;
    });
    const seen: ChannelEvent[] = [];
    const neighbour = reader((event) => seen.push(event));
    feed.join(faulty);
    feed.join(neighbour);
    for (const _ of range(1, 3)) {
      await pubsub.publish(channelTopic(channel.id), { kind: 'event', event: channel.send(newUserId()) });
    }
    expect(sequences(seen)).toEqual([1, 2, 3]);
    expect([errors, faulty.failures, neighbour.failures]).toEqual([[fault], [fault], []]);
    feed.close();
  });
});
