import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import type { Delivery } from '../../src/domain/channel.ts';
import { applyCreation, applyEvents, emptyView } from '../../src/domain/channel-view.ts';
import type { Command } from '../../src/domain/command.ts';
import type { ChannelEvent } from '../../src/domain/event.ts';
import { type MessageId, namedMessageId, newCommandId, newGroupId, type UserId } from '../../src/domain/identifier.ts';
import { decide } from '../../src/domain/sequencer.ts';
import { createMemoryPubSub } from '../../src/pubsub/memory.ts';
import { channelTopic, userTopic } from '../../src/pubsub/topics.ts';
import { type Database, openDatabase } from '../../src/sqlite/database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite/storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { type EventStream, Hub } from '../../src/stream/hub.ts';
import type { StreamViewer } from '../../src/stream/reader.ts';
import { noOverflow, range, sequences, viewer } from './model.ts';

type Change<Kind extends Command['kind']> = Omit<
  Extract<Command, { kind: Kind }>,
  'id' | 'channelId' | 'actorId' | 'at' | 'origin' | 'kind'
>;

const [ada, bob, eve] = [viewer(), viewer(), viewer()];

let directory: string;
let database: Database;
let storage: Storage;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-stream-'));
  database = await openDatabase({ directory });
  storage = await createSqliteStorage(database);
});
afterEach(async () => {
  await database.close();
  await rm(directory, { recursive: true });
});

/** One channel's sequencer on the real store: decides, stores and publishes in the order that the delivery says. */
class Writer {
  readonly pubsub = createMemoryPubSub();
  readonly channelId = newGroupId();
  readonly events: ChannelEvent[] = [];
  readonly #view = emptyView();
  readonly #delivery: Delivery;
  #offset = 0;
  #storing: Promise<void> = Promise.resolve();

  constructor(delivery: Delivery) {
    this.#delivery = delivery;
  }

  async do<Kind extends Command['kind']>(actorId: UserId, kind: Kind, change: Change<Kind>): Promise<void> {
    this.#offset += 1;
    const { channelId } = this;
    const envelope = { id: newCommandId(), channelId, actorId, at: this.#offset, origin: 'here', kind };
    const command = { ...envelope, ...change } as unknown as Command;
    const position = { epoch: 'e', partition: 0, offset: this.#offset };
    const { outcome, creation, events } = decide(this.#view, { command, position });
    expect(outcome).toMatchObject({ accepted: true });
    if (creation !== null) applyCreation(this.#view, creation.channel, creation.members, position);
    applyEvents(this.#view, events);
    this.events.push(...events);
    const store = () => storage.effects.store({ channelId, creation, events });
    if (this.#delivery === 'PERSIST_FIRST') await store();
    else this.#storing = this.#storing.then(store);
    for (const event of events) {
      await this.pubsub.publish(channelTopic(channelId), { kind: 'event', event });
      if (event.kind !== 'MemberJoined') continue;
      const { userId } = event.membership;
      await this.pubsub.publish(userTopic(userId), { kind: 'joined', channelId, sequence: event.sequence });
    }
  }

  stored(): Promise<void> {
    return this.#storing;
  }
}

/** A community's day: messages, edits, deletions, someone who leaves and comes back. */
async function live(writer: Writer, messages: number): Promise<void> {
  const sent: MessageId[] = [];
  for (let index = 0; index < messages; index += 1) {
    const author = index % 2 === 0 ? ada.userId : bob.userId;
    const messageId = namedMessageId(writer.channelId, author, String(index));
    sent.push(messageId);
    await writer.do(author, 'SendMessage', { messageId, text: `message ${index}`, replyTo: null, digest: '' });
    const earlier = sent[index - 4];
    if (earlier !== undefined && index % 7 === 0) {
      await writer.do(author, 'EditMessage', { messageId: earlier, text: `edited ${index}` });
    }
    if (earlier !== undefined && index % 11 === 0) await writer.do(author, 'DeleteMessage', { messageId: earlier });
    if (index % 50 === 10) await writer.do(ada.userId, 'AddMembers', { userIds: [eve.userId] });
    if (index % 50 === 30) await writer.do(ada.userId, 'RemoveMember', { userId: eve.userId });
  }
}

/** Some more messages, for those who come late. */
async function liveOn(writer: Writer): Promise<void> {
  for (let index = 0; index < 60; index += 1) {
    const messageId = namedMessageId(writer.channelId, bob.userId, `more ${index}`);
    await writer.do(bob.userId, 'SendMessage', { messageId, text: `more ${index}`, replyTo: null, digest: '' });
  }
}

/** Reads as fast as it can, or with a rest after each `restEvery` events. */
function reader(stream: EventStream, restEvery = Number.POSITIVE_INFINITY): ChannelEvent[] {
  const seen: ChannelEvent[] = [];
  const read = async () => {
    for await (const event of stream) {
      seen.push(event);
      if (seen.length % restEvery === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  read().catch((error: unknown) => seen.push(error as never));
  return seen;
}

/** What a member who comes and goes may see: from each own MemberJoined to the own MemberLeft. */
function visible(events: readonly ChannelEvent[], userId: UserId): ChannelEvent[] {
  let isIn = false;
  return events.filter((event) => {
    if (event.kind === 'MemberJoined' && event.membership.userId === userId) isIn = true;
    const may = isIn;
    if (event.kind === 'MemberLeft' && event.userId === userId) isIn = false;
    return may;
  });
}

describe.each(['PERSIST_FIRST', 'PUSH_FIRST'] as const)('streams of a %s channel on the embedded store', (delivery) => {
  it('give every reader each event once, in order, while others write', async () => {
    const writer = new Writer(delivery);
    const { channelId, events } = writer;
    const hub = new Hub({
      pubsub: writer.pubsub,
      storage,
      limits: { ...LIMITS, catchUpPageEvents: 10, feedEventsMax: 20 },
    });
    const open = (who: StreamViewer, after: number) =>
      hub.channel({ viewer: who, channelId, after, overflow: noOverflow });
    const memberIds = [ada.userId, bob.userId];
    await writer.do(ada.userId, 'CreateChannel', { channelKind: 'GROUP', name: 'Plans', delivery, memberIds });
    await writer.stored();

    const prompt = reader(await open(ada, 0));
    const comingAndGoing = reader(await hub.inbox({ viewer: eve, after: new Map(), overflow: noOverflow }));
    await live(writer, 150);
    const positions = [0, 17, 40];
    const late = await Promise.all(positions.map(async (after) => reader(await open(bob, after), 3)));
    await liveOn(writer);

    await vi.waitFor(() => expect(prompt).toHaveLength(events.length), { timeout: 15_000 });
    expect(prompt).toEqual(events);
    for (const [index, after] of positions.entries()) {
      await vi.waitFor(() => expect(late[index]).toHaveLength(events.length - after), { timeout: 15_000 });
      expect(sequences(late[index] ?? [])).toEqual(range(after + 1, events.length));
    }
    const seen = visible(events, eve.userId);
    await vi.waitFor(() => expect(comingAndGoing).toHaveLength(seen.length), { timeout: 15_000 });
    expect(comingAndGoing).toEqual(seen);

    await writer.stored();
    const replayed = reader(await open(bob, 0));
    await vi.waitFor(() => expect(replayed).toHaveLength(events.length), { timeout: 15_000 });
    expect(replayed).toEqual(await storage.events.after(channelId, 0, events.length));
    await hub.close();
  });
});
