import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unavailable } from '../../src/domain/error.ts';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { channelTopic, nodeTopic } from '../../src/pubsub/topics.ts';
import { until } from '../support/until.ts';
import { add, create, edit, remove, send } from './commands.ts';
import { openGround, type Rig } from './rig.ts';

const ACCEPTED = { accepted: true };
const people = (count: number) => Array.from({ length: count }, newUserId);

describe('the loop', () => {
  let ground: Awaited<ReturnType<typeof openGround>>;
  let rig: Rig;
  beforeAll(async () => {
    ground = await openGround();
  });
  afterAll(() => ground[Symbol.asyncDispose]());
  const started = async (limits: Parameters<typeof ground.start>[0] = {}) => {
    rig = await ground.start(limits);
    return rig;
  };
  const group = async (delivery: Parameters<typeof create>[2], members = 1) => {
    const channelId = newGroupId();
    const [owner = newUserId(), ...others] = people(members);
    expect(await rig.submit(create(channelId, [owner, ...others], delivery))).toEqual({
      accepted: true,
      message: null,
    });
    return { channelId, owner };
  };
  const stored = async (channelId: ReturnType<typeof newGroupId>) => ground.storage.events.after(channelId, 0, 5_000);

  it('PERSIST_FIRST: stores, then pushes, then answers', async () => {
    await using _ = await started();
    const { channelId, owner } = await group('PERSIST_FIRST');
    const gate = Promise.withResolvers<void>();
    rig.faults.beforeStore = () => gate.promise;
    const command = send(channelId, owner, 'hello');
    const answer = rig.submit(command);
    await until('the store to be asked', () => rig.sequencer.unfinished === 1);
    expect(rig.pushed(channelId)).toEqual([]);
    gate.resolve();
    const outcome = await answer;
    expect(outcome).toMatchObject({ accepted: true, message: { id: command.messageId, sequence: 1, text: 'hello' } });
    expect(await stored(channelId)).toEqual(rig.pushed(channelId));
    const topics = rig.published.map(({ topic }) => topic).slice(-2);
    expect(topics).toEqual([channelTopic(channelId), nodeTopic('node-1')]);
  });

  it('PUSH_FIRST: pushes and answers while the store is away, then stores all of it in order, in few calls', async () => {
    await using _ = await started();
    const { channelId, owner } = await group('PUSH_FIRST');
    const gate = Promise.withResolvers<void>();
    rig.faults.beforeStore = () => gate.promise;
    for (let index = 0; index < 300; index += 1) {
      expect(await rig.submit(send(channelId, owner, `${index}`))).toMatchObject(ACCEPTED);
    }
    expect(rig.pushed(channelId)).toHaveLength(300);
    expect(await stored(channelId)).toEqual([]);
    gate.resolve();
    await until('all to be stored', async () => (await stored(channelId)).length === 300);
    expect(await stored(channelId)).toEqual(rig.pushed(channelId));
    // One a flush once made a queue of small stores of a store that was slow.
    expect(rig.storesOf(channelId).length).toBeLessThanOrEqual(3);
    await until('the feeds to be told', () => rig.published.some(({ payload }) => isStored(payload, 300)));
  });

  it('PUSH_FIRST: tells of a join only when the store has it, with all that came before', async () => {
    await using _ = await started({ pushFirstBatchMs: 60_000 });
    const { channelId, owner } = await group('PUSH_FIRST');
    const [guest = newUserId()] = people(1);
    await rig.submit(send(channelId, owner, 'before'));
    expect(await stored(channelId)).toEqual([]);
    expect(await rig.submit(add(channelId, owner, [guest]))).toMatchObject(ACCEPTED);
    expect((await stored(channelId)).map(({ kind }) => kind)).toEqual(['MessageSent', 'MemberJoined']);
    expect(await ground.storage.memberships.find(channelId, guest)).toMatchObject({ joinedSequence: 2 });
  });

  it('PUSH_FIRST: knows each message as it is now among thousands, stored or not', async () => {
    await using _ = await started({ pushFirstUnstoredMax: 5_000 });
    const { channelId, owner } = await group('PUSH_FIRST');
    const commands = Array.from({ length: 1_500 }, (_, index) => send(channelId, owner, `${index}`));
    const [first, second] = commands;
    if (first === undefined || second === undefined) throw new Error('no commands');
    await Promise.all(commands.map((command) => rig.submit(command)));
    await until('all to be stored', async () => (await stored(channelId)).length === 1_500);
    const gate = Promise.withResolvers<void>();
    rig.faults.beforeStore = () => gate.promise;
    await rig.submit(edit(first.messageId, owner, 'edited'));
    await rig.submit(remove(second.messageId, owner));
    const more = Array.from({ length: 1_500 }, (_, index) => send(channelId, owner, `more ${index}`));
    await Promise.all(more.map((command) => rig.submit(command)));
    // The store still has the old text: a lane that forgot would make a second edit of the same.
    expect(await rig.submit(edit(first.messageId, owner, 'edited'))).toMatchObject({ message: { text: 'edited' } });
    expect(await rig.submit(edit(second.messageId, owner, 'no'))).toMatchObject({ refusal: { code: 'CONFLICT' } });
    gate.resolve();
    await until('all to be stored', async () => (await stored(channelId)).length === 3_002);
    expect((await stored(channelId)).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 3_002 }, (_, index) => index + 1),
    );
  });

  it('EPHEMERAL: gives no message a position', async () => {
    await using _ = await started();
    const { channelId, owner } = await group('EPHEMERAL');
    const outcome = await rig.submit(send(channelId, owner, 'hello'));
    expect(outcome).toMatchObject({ accepted: false, refusal: { code: 'BAD_USER_INPUT' } });
    expect(await stored(channelId)).toEqual([]);
  });

  it('gives the last seat to one of two who ask at once', async () => {
    await using _ = await started();
    const { channelId, owner } = await group('PERSIST_FIRST', 98);
    const rivals = [add(channelId, owner, people(2)), add(channelId, owner, people(2))];
    const outcomes = await Promise.all(rivals.map((rival) => rig.submit(rival)));
    expect(outcomes[0]).toMatchObject(ACCEPTED);
    expect(outcomes[1]).toMatchObject({ accepted: false, refusal: { code: 'GROUP_FULL' } });
    expect(await ground.storage.memberships.ofChannel(channelId)).toHaveLength(100);
  });

  it('answers the same message to the same nonce, and refuses another text under it', async () => {
    await using _ = await started();
    const { channelId, owner } = await group('PERSIST_FIRST');
    const [first, again, other] = await Promise.all([
      rig.submit(send(channelId, owner, 'hello', 'n')),
      rig.submit(send(channelId, owner, 'hello', 'n')),
      rig.submit(send(channelId, owner, 'good-bye', 'n')),
    ]);
    expect(again).toEqual(first);
    expect(other).toMatchObject({ accepted: false, refusal: { code: 'CONFLICT', field: 'nonce' } });
    expect(await stored(channelId)).toHaveLength(1);
  });

  it('repeats a store that fails, which delays its channel and no other', async () => {
    await using _ = await started();
    const [failing, other] = [await group('PERSIST_FIRST'), await group('PERSIST_FIRST')];
    let isFailing = true;
    rig.faults.beforeStore = ({ channelId }) => {
      if (isFailing && channelId === failing.channelId) throw unavailable('a fault');
    };
    const late = rig.submit(send(failing.channelId, failing.owner, 'late'));
    await until('a failure', () => rig.failures.length > 0);
    for (let index = 0; index < 20; index += 1) await rig.submit(send(other.channelId, other.owner, `${index}`));
    expect(rig.pushed(failing.channelId)).toEqual([]);
    isFailing = false;
    expect(await late).toMatchObject({ accepted: true, message: { sequence: 1 } });
    expect(rig.pushed(failing.channelId)).toHaveLength(1);
  });

  it('ends though the store fails: what it has not taken is in the log for the next', async () => {
    const { channelId, owner } = await (async () => {
      await using _ = await started();
      const made = await group('PUSH_FIRST');
      rig.faults.beforeStore = () => {
        throw unavailable('a fault');
      };
      expect(await rig.submit(send(made.channelId, made.owner, 'kept'))).toMatchObject(ACCEPTED);
      await until('a failure', () => rig.failures.length > 0);
      return made;
    })();
    expect(await stored(channelId)).toEqual([]);
    await using next = await started();
    await next.sequencer.replayed();
    expect((await stored(channelId)).map((event) => 'message' in event && event.message.senderId)).toEqual([owner]);
  });

  // The log was trimmed above a position that had not been written: the next start waited for what was gone.
  it('starts again where the position could not be written', async () => {
    const first = await started();
    const { channelId, owner } = await group('PERSIST_FIRST');
    first.faults.beforeMove = () => {
      throw unavailable('a fault');
    };
    await first.submit(send(channelId, owner, 'hello'));
    await until('the position to fail', () => first.failures.length > 0);
    first.crash();
    await first[Symbol.asyncDispose]();
    await using next = await started();
    await next.sequencer.replayed();
    expect(await stored(channelId)).toHaveLength(1);
  });
});

const isStored = (payload: unknown, head: number): boolean =>
  typeof payload === 'object' && payload !== null && 'head' in payload && payload.head === head;
