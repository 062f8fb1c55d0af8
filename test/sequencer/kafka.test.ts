import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { type ChannelId, newGroupId, newUserId, type UserId } from '../../src/domain/identifier.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { createMemoryPubSub } from '../../src/pubsub/memory.ts';
import { newPrefix, openKafkaLog } from '../support/kafka.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { until } from '../support/until.ts';
import { create, send } from './commands.ts';
import { openGround, Rig } from './rig.ts';

let brokers: readonly string[] = [];
beforeAll(async () => {
  brokers = (await sharedServices('kafka')).kafka;
}, SERVICES_TIMEOUT_MS);

/** Nodes of one cluster in this process: one store, one bus, one topic. */
async function openCluster() {
  const ground = await openGround();
  const pubsub = createMemoryPubSub();
  const prefix = newPrefix();
  return {
    ...ground,
    async node(name: string): Promise<Rig> {
      const { log } = await openKafkaLog(brokers, { prefix, partitions: 6, node: name });
      return new Rig({ log, storage: ground.storage, limits: {}, pubsub });
    },
    async [Symbol.asyncDispose]() {
      await pubsub.close();
      await ground[Symbol.asyncDispose]();
    },
  };
}

test(
  'sequencers that share a log out anew while people send decide each command once',
  async () => {
    await using cluster = await openCluster();
    await using sender = await cluster.node('sender');
    await sender.submissions.start();
    const first = await cluster.node('sequencer-1');
    await first.sequencer.start();
    const channels = new Map<ChannelId, UserId>(Array.from({ length: 12 }, () => [newGroupId(), newUserId()]));
    for (const [channelId, owner] of channels) await sender.submit(create(channelId, [owner], 'PERSIST_FIRST'));

    let isOver = false;
    const outcomes: { readonly channelId: ChannelId; readonly id: string; readonly outcome: Outcome }[] = [];
    const sending = [...channels].map(async ([channelId, owner]) => {
      for (let index = 0; !isOver; index += 1) {
        const command = send(channelId, owner, `${index}`);
        outcomes.push({ channelId, id: command.messageId, outcome: await sender.submit(command) });
        await delay(5);
      }
    });
    const moves = async (): Promise<void> => {
      const enough = outcomes.length + 150;
      await until('more to be answered', () => outcomes.length >= enough, 30_000);
    };
    await moves();
    const second = await cluster.node('sequencer-2');
    await second.sequencer.start();
    await until('the second to have a part', () => second.stored.length > 0, 30_000);
    await moves();
    await first[Symbol.asyncDispose]();
    await moves();
    await using again = await cluster.node('sequencer-1');
    await again.sequencer.start();
    await until('it to have its part', () => again.stored.length > 0, 30_000);
    await moves();
    isOver = true;
    await Promise.all(sending);
    await second[Symbol.asyncDispose]();
    await again.sequencer.replayed();

    for (const channelId of channels.keys()) {
      const events = await cluster.storage.events.after(channelId, 0, 10_000);
      const told = outcomes.filter((each) => each.channelId === channelId);
      expect(events.map((event) => event.kind === 'MessageSent' && event.message.id)).toEqual(told.map(({ id }) => id));
      expect(told.map(({ outcome }) => outcome.accepted && outcome.message?.sequence)).toEqual(
        events.map(({ sequence }) => sequence),
      );
      // A second push of an event, if there is one, is the same.
      for (const rig of [first, second, again]) {
        for (const pushed of rig.pushed(channelId))
          expect(events[pushed.sequence - 1]).toMatchObject({ commandId: pushed.commandId });
      }
    }
  },
  SERVICES_TIMEOUT_MS,
);

test(
  'what a node did that leaves in order is not done again by the next',
  async () => {
    await using cluster = await openCluster();
    await using sender = await cluster.node('sender');
    await sender.submissions.start();
    const [leaving, staying] = [await cluster.node('sequencer-1'), await cluster.node('sequencer-2')];
    for (const rig of [leaving, staying]) await rig.sequencer.start();
    await until('both to have a part', async () => {
      await sender.submit(create(newGroupId(), [newUserId()], 'PUSH_FIRST'));
      return leaving.stored.length > 0 && staying.stored.length > 0;
    });
    const channels = Array.from({ length: 12 }, () => ({ id: newGroupId(), owner: newUserId() }));
    for (const { id, owner } of channels) {
      await sender.submit(create(id, [owner], 'PUSH_FIRST'));
      await sender.submit(send(id, owner, 'before'));
    }
    await leaving[Symbol.asyncDispose]();
    for (const { id, owner } of channels) await sender.submit(send(id, owner, 'after'));
    for (const { id } of channels) {
      const pushes = [leaving, staying].flatMap((rig) => rig.pushed(id)).map(({ sequence }) => sequence);
      expect(pushes.toSorted((a, b) => a - b)).toEqual([1, 2]);
    }
    await staying[Symbol.asyncDispose]();
  },
  SERVICES_TIMEOUT_MS,
);
