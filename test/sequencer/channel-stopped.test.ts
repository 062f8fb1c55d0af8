import { expect, test } from 'vitest';
import type { AddMembers } from '../../src/domain/command.ts';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { until } from '../support/until.ts';
import { add, create, send } from './commands.ts';
import { openGround } from './rig.ts';

const UNAVAILABLE = { code: 'UNAVAILABLE' };
const NEVER_MS = 600_000;

/** As a command of a newer version may look to this one: what it names can't be gone through. */
const undecidable = (...command: Parameters<typeof add>): AddMembers => ({ ...add(...command), userIds: 7 as never });

// The throw was nobody's: the process ended, read the same command after its restart, and ended again.
test.each(['PERSIST_FIRST', 'PUSH_FIRST'] as const)(
  '%s: a command that can not be decided stops its channel, and no other; what came before has its effect',
  async (delivery) => {
    await using ground = await openGround();
    await using rig = await ground.start({ commandWaitMs: NEVER_MS, commandsUnstoredMax: 5 });
    const [channelId, otherId, owner] = [newGroupId(), newGroupId(), newUserId()];
    await rig.submit(create(channelId, [owner], delivery));
    await rig.submit(create(otherId, [owner], delivery));
    const poison = undecidable(channelId, owner, []);
    const submitted = await Promise.allSettled([
      rig.submit(send(channelId, owner, 'before')),
      rig.submit(poison),
      rig.submit(send(channelId, owner, 'after')),
    ]);
    expect(submitted[0]).toMatchObject({ status: 'fulfilled', value: { message: { sequence: 1 } } });
    expect(submitted.slice(1)).toMatchObject([
      { status: 'rejected', reason: UNAVAILABLE },
      { status: 'rejected', reason: UNAVAILABLE },
    ]);
    expect(rig.sequencer.stoppedChannels).toBe(1);
    expect(rig.failures).toHaveLength(1);
    expect(rig.failures[0]).toMatchObject({
      name: 'ChannelStopped',
      message: expect.stringMatching(new RegExp(`${channelId} .*AddMembers ${poison.id}`)),
      cause: expect.any(TypeError),
    });
    // Also more than may be at work at once: what stands in the channel takes none of that room.
    for (let index = 0; index < 10; index += 1) {
      await rig.log.append(send(channelId, owner, `standing ${index}`));
      expect(await rig.submit(send(otherId, owner, `${index}`))).toMatchObject({ accepted: true });
    }
    await until('all else to be done', () => rig.sequencer.unfinished === 0);
    const stored = await ground.storage.events.after(channelId, 0, 10);
    expect(stored.map((event) => 'message' in event && event.message.text)).toEqual(['before']);
  },
);

test('a node that starts on such a log is ready, and loses none of what stands there', async () => {
  await using ground = await openGround();
  const [channelId, otherId, owner] = [newGroupId(), newGroupId(), newUserId()];
  const late = send(channelId, owner, 'late');
  {
    await using rig = await ground.start({ channelStoppedMs: 1 });
    await rig.submit(create(channelId, [owner], 'PERSIST_FIRST'));
    await rig.submit(create(otherId, [owner], 'PERSIST_FIRST'));
    await expect(rig.submit(undecidable(channelId, owner, []))).rejects.toMatchObject(UNAVAILABLE);
    await rig.log.append(late);
    for (const text of ['a', 'b', 'c']) await rig.submit(send(otherId, owner, text));
  }
  await using again = await ground.start();
  await again.sequencer.replayed();
  expect(again.sequencer.stoppedChannels).toBe(1);
  expect(await again.submit(send(otherId, owner, 'd'))).toMatchObject({ message: { sequence: 4 } });
  await again.sequencer.close();
  // It is in the log, before the consumed position and untrimmed, for a version that can decide what stands before it.
  const { partition, offset } = (await again.log.ends())[0] ?? {};
  const consumed = await ground.storage.positions.consumed(partition?.epoch ?? '', 0);
  expect(consumed).toBeLessThan(offset ?? 0);
  const kept: string[] = [];
  const reading = await ground.rig();
  const end = new AbortController();
  reading.log.consume(
    {
      consumedUpTo: async () => consumed,
      take: async (records) => void kept.push(...records.map(({ command }) => command.id)),
      passed: () => {},
      revoked: () => {},
    },
    end.signal,
  );
  await until('the log to be read', () => kept.includes(late.id));
  end.abort();
  await reading.log.close();
});
