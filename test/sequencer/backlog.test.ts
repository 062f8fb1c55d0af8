import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { until } from '../support/until.ts';
import { create, send } from './commands.ts';
import { openGround, type Rig } from './rig.ts';

const ACCEPTED = { accepted: true };
const UNAVAILABLE = { code: 'UNAVAILABLE' };
/** Far longer than a test may take: whatever is refused within it was not refused because time was up. */
const NEVER_MS = 600_000;

describe('a PUSH_FIRST channel whose store does not keep up', () => {
  let ground: Awaited<ReturnType<typeof openGround>>;
  beforeAll(async () => {
    ground = await openGround();
  });
  afterAll(() => ground[Symbol.asyncDispose]());

  const group = async (rig: Rig) => {
    const [channelId, owner] = [newGroupId(), newUserId()];
    await rig.submit(create(channelId, [owner], 'PUSH_FIRST'));
    return { channelId, owner };
  };
  const offset = async (rig: Rig) => (await rig.log.ends())[0]?.offset;
  const sequences = async (channelId: ReturnType<typeof newGroupId>) =>
    (await ground.storage.events.after(channelId, 0, 5_000)).map(({ sequence }) => sequence);

  // Sends past the bound once waited for their answer until the time for it was over.
  it('takes as much as its bound, tells senders past it at once, and holds up no other channel', async () => {
    await using rig = await ground.start({ pushFirstBatchMs: 1, pushFirstUnstoredMax: 10, commandWaitMs: NEVER_MS });
    const { channelId, owner } = await group(rig);
    const other = await group(rig);
    const gate = Promise.withResolvers<void>();
    rig.faults.beforeStore = (effects) => (effects.channelId === channelId ? gate.promise : undefined);
    const texts = Array.from({ length: 15 }, (_, index) => `${index}`);
    const outcomes = await Promise.allSettled(texts.map((text) => rig.submit(send(channelId, owner, text))));
    expect(outcomes.slice(0, 10)).toEqual(
      outcomes.slice(0, 10).map(() => expect.objectContaining({ status: 'fulfilled' })),
    );
    for (const outcome of outcomes.slice(10))
      expect(outcome).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
    expect(rig.pushed(channelId)).toHaveLength(10);
    for (let index = 0; index < 20; index += 1) {
      expect(await rig.submit(send(other.channelId, other.owner, `${index}`))).toMatchObject(ACCEPTED);
    }
    gate.resolve();
    // Not refused, only late: the same again, once it may be sent, finds it.
    const again = await until('the last to be found', () => rig.submit(send(channelId, owner, '14')).catch(() => null));
    expect(again).toMatchObject({ accepted: true, message: { sequence: 15 } });
    expect(await sequences(channelId)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
  });

  it('lets nobody append what would only wait, until it is time to try again', async () => {
    await using rig = await ground.start({
      ...{ pushFirstBatchMs: 1, pushFirstUnstoredMax: 1, commandWaitMs: NEVER_MS },
      channelDelayedMs: NEVER_MS,
    });
    const { channelId, owner } = await group(rig);
    const gate = Promise.withResolvers<void>();
    rig.faults.beforeStore = () => gate.promise;
    expect(await rig.submit(send(channelId, owner, 'first'))).toMatchObject(ACCEPTED);
    await expect(rig.submit(send(channelId, owner, 'second'))).rejects.toMatchObject(UNAVAILABLE);
    const before = await offset(rig);
    await expect(rig.submit(send(channelId, owner, 'third'))).rejects.toMatchObject(UNAVAILABLE);
    expect(await offset(rig)).toBe(before);
    gate.resolve();
    await until('what is in the log to be stored', async () => (await sequences(channelId)).length === 2);
  });

  // Else a burst on a healthy store would be refused.
  it('tells nobody anything where the store takes less than a batch to make room', async () => {
    await using rig = await ground.start({ pushFirstBatchMs: 5_000, pushFirstUnstoredMax: 5, commandWaitMs: NEVER_MS });
    const { channelId, owner } = await group(rig);
    const texts = Array.from({ length: 60 }, (_, index) => `${index}`);
    const outcomes = await Promise.all(texts.map((text) => rig.submit(send(channelId, owner, text))));
    for (const outcome of outcomes) expect(outcome).toMatchObject(ACCEPTED);
    for (const { events } of rig.storesOf(channelId)) expect(events.length).toBeLessThanOrEqual(5);
  });
});

describe('a PERSIST_FIRST channel whose store does not answer', () => {
  // Its commands once filled the node's bound for what waits for the store: then every channel waited.
  it('tells its senders, and holds up no other of its partition', async () => {
    await using ground = await openGround();
    await using rig = await ground.start({ storeLateMs: 1_000, commandsUnstoredMax: 20, commandWaitMs: NEVER_MS });
    const [stuck, other, owner] = [newGroupId(), newGroupId(), newUserId()];
    for (const channelId of [stuck, other]) await rig.submit(create(channelId, [owner], 'PERSIST_FIRST'));
    const gate = Promise.withResolvers<void>();
    rig.faults.beforeStore = ({ channelId }) => (channelId === stuck ? gate.promise : undefined);
    let refused = 0;
    const sending = Array.from({ length: 10 }, async (_, index) => {
      await rig.submit(send(stuck, owner, `${index}`)).catch(() => (refused += 1));
    });
    await Promise.all(sending);
    expect(refused).toBe(10);
    for (let index = 0; index < 40; index += 1) {
      // What others try meanwhile in the stuck channel does not even come into the log.
      await expect(rig.submit(send(stuck, owner, `more ${index}`))).rejects.toMatchObject(UNAVAILABLE);
      expect(await rig.submit(send(other, owner, `${index}`))).toMatchObject(ACCEPTED);
    }
    gate.resolve();
    const again = await until('the last to be found', () => rig.submit(send(stuck, owner, '9')).catch(() => null));
    expect(again).toMatchObject({ accepted: true, message: { sequence: 10 } });
  });
});
