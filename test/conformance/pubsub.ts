import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newGroupId, newSessionId, newUserId } from '../../src/domain/identifier.ts';
import type { PubSub } from '../../src/pubsub/pubsub.ts';
import { type ChannelHint, channelTopic, type UserHint, userTopic } from '../../src/pubsub/topics.ts';

/** Two nodes' ends of one bus; in one process both are the same. */
export interface PubSubPair {
  readonly one: PubSub;
  readonly other: PubSub;
  close(): Promise<void>;
}

const stored = (head: number): ChannelHint => ({ kind: 'stored', head });

/** What every implementation of the port promises. */
export function pubSubConformance(name: string, open: () => Promise<PubSubPair>): void {
  describe(`${name}: the pub/sub port`, () => {
    let pair: PubSubPair;
    beforeEach(async () => {
      pair = await open();
    });
    afterEach(() => pair.close());

    it('delivers what is published after the subscription resolved, to every node', async () => {
      const topic = channelTopic(newGroupId());
      const seen: [string, ChannelHint][] = [];
      await pair.one.subscribe(topic, (hint) => seen.push(['one', hint]));
      await pair.other.subscribe(topic, (hint) => seen.push(['other', hint]));
      await pair.one.publish(topic, stored(1));
      await vi.waitFor(() => expect(seen).toHaveLength(2), { timeout: 15_000 });
      expect(seen.map(([node]) => node).sort()).toEqual(['one', 'other']);
      expect(seen.map(([, hint]) => hint)).toEqual([stored(1), stored(1)]);
    });

    it("keeps one publisher's order on a topic, also without awaiting", async () => {
      const topic = channelTopic(newGroupId());
      const heads: number[] = [];
      await pair.other.subscribe(topic, (hint) => hint.kind === 'stored' && heads.push(hint.head));
      await Promise.all(Array.from({ length: 2_000 }, (_, head) => pair.one.publish(topic, stored(head))));
      await vi.waitFor(() => expect(heads).toHaveLength(2_000), { timeout: 15_000 });
      expect(heads).toEqual(Array.from({ length: 2_000 }, (_, head) => head));
    });

    // A shared buffer once gave one topic's events to the subscribers of another.
    it('keeps topics apart', async () => {
      const topics = Array.from({ length: 20 }, () => channelTopic(newGroupId()));
      const seen = topics.map((): number[] => []);
      for (const [index, topic] of topics.entries()) {
        await pair.one.subscribe(topic, (hint) => hint.kind === 'stored' && seen[index]?.push(hint.head));
      }
      for (let round = 0; round < 10; round += 1) {
        await Promise.all(topics.map((topic, index) => pair.other.publish(topic, stored(index))));
      }
      await vi.waitFor(() => expect(seen.flat()).toHaveLength(200), { timeout: 15_000 });
      for (const [index, heads] of seen.entries()) expect(new Set(heads)).toEqual(new Set([index]));
    });

    it('carries each kind of payload as it was published', async () => {
      const userId = newUserId();
      const seen: UserHint[] = [];
      await pair.other.subscribe(userTopic(userId), (hint) => seen.push(hint));
      const hints: UserHint[] = [
        { kind: 'joined', channelId: newGroupId(), sequence: 0 },
        { kind: 'loggedOut', sessionId: newSessionId() },
      ];
      for (const hint of hints) await pair.one.publish(userTopic(userId), hint);
      await vi.waitFor(() => expect(seen).toEqual(hints), { timeout: 15_000 });
    });

    it('delivers nothing to a subscription that has ended, and all to those that have not', async () => {
      const topic = channelTopic(newGroupId());
      const ended: ChannelHint[] = [];
      const open: ChannelHint[] = [];
      const end = await pair.one.subscribe(topic, (hint) => ended.push(hint));
      await pair.one.subscribe(topic, (hint) => open.push(hint));
      end();
      end();
      await pair.other.publish(topic, stored(1));
      await vi.waitFor(() => expect(open).toEqual([stored(1)]), { timeout: 15_000 });
      expect(ended).toEqual([]);
    });

    it('subscribes anew to a topic that everyone had left', async () => {
      const topic = channelTopic(newGroupId());
      const seen: ChannelHint[] = [];
      for (let round = 1; round <= 3; round += 1) {
        const end = await pair.one.subscribe(topic, (hint) => seen.push(hint));
        await pair.other.publish(topic, stored(round));
        await vi.waitFor(() => expect(seen).toHaveLength(round), { timeout: 15_000 });
        end();
      }
      expect(seen).toEqual([stored(1), stored(2), stored(3)]);
    });

    it('says how many nodes took a publication, however many listen on each', async () => {
      const topic = channelTopic(newGroupId());
      expect(await pair.one.publish(topic, stored(1))).toBe(0);
      const end = await pair.one.subscribe(topic, () => {});
      await pair.one.subscribe(topic, () => {});
      expect(await pair.other.publish(topic, stored(1))).toBe(1);
      end();
      expect(await pair.other.publish(topic, stored(1))).toBe(1);
      await pair.other.subscribe(topic, () => {});
      expect(await pair.one.publish(topic, stored(1))).toBe(pair.one === pair.other ? 1 : 2);
    });

    // A listener that threw once ended the process, or kept the event from those registered after it.
    it("gives a payload to a topic's other listeners when one throws", async () => {
      const topic = channelTopic(newGroupId());
      const seen: ChannelHint[] = [];
      await pair.one.subscribe(topic, () => {
        throw new Error('a fault in a listener');
      });
      await pair.one.subscribe(topic, (hint) => seen.push(hint));
      await pair.other.publish(topic, stored(1));
      await pair.other.publish(topic, stored(2));
      await vi.waitFor(() => expect(seen).toEqual([stored(1), stored(2)]), { timeout: 15_000 });
    });

    it('does not reorder what a listener publishes', async () => {
      const topic = channelTopic(newGroupId());
      const seen: number[][] = [[], []];
      const echoes: Promise<number>[] = [];
      await pair.one.subscribe(topic, (hint) => {
        if (hint.kind !== 'stored') return;
        if (hint.head < 10) echoes.push(pair.one.publish(topic, stored(hint.head + 1)));
        seen[0]?.push(hint.head);
      });
      await pair.one.subscribe(topic, (hint) => hint.kind === 'stored' && seen[1]?.push(hint.head));
      await pair.one.publish(topic, stored(0));
      const all = Array.from({ length: 11 }, (_, head) => head);
      await vi.waitFor(() => expect(seen).toEqual([all, all]), { timeout: 15_000 });
      await Promise.all(echoes);
    });

    it('warns of nothing with many listeners of one topic', async () => {
      const warnings: Error[] = [];
      const warn = (warning: Error) => warnings.push(warning);
      process.on('warning', warn);
      const topic = channelTopic(newGroupId());
      let seen = 0;
      for (let index = 0; index < 50; index += 1) await pair.one.subscribe(topic, () => (seen += 1));
      await pair.one.publish(topic, stored(1));
      await vi.waitFor(() => expect(seen).toBe(50), { timeout: 15_000 });
      process.off('warning', warn);
      expect(warnings).toEqual([]);
    });

    it('delivers nothing once closed, and settles what is asked of it', async () => {
      const topic = channelTopic(newGroupId());
      const seen: ChannelHint[] = [];
      await pair.one.subscribe(topic, (hint) => seen.push(hint));
      await pair.one.close();
      await expect(pair.one.subscribe(topic, () => {})).rejects.toThrow();
      await Promise.allSettled([pair.one.publish(topic, stored(1))]);
      expect(seen).toEqual([]);
    });
  });
}
