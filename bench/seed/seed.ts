import type { SequencedEvent } from '../../src/domain/event.ts';
import {
  type ChannelId,
  namedMessageId,
  newCommandId,
  newGroupId,
  newSessionId,
  newUserId,
  type UserId,
} from '../../src/domain/identifier.ts';
import { firstStanding, type Membership } from '../../src/domain/membership.ts';
import { Tokens } from '../../src/services/tokens.ts';
import { openDatabase } from '../../src/sqlite/database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite/storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { Cast, SeedPlan } from './plan.ts';

const TOKEN_MS = 12 * 60 * 60_000;
/** Fixed: the same plan makes the same history. */
const STARTED_AT = Date.UTC(2026, 0, 1);
const WRITES_AT_ONCE = 2_000;
const EVENTS_PER_STORE = 500;
/** Rows from before the node's own log, as after a restore: everything in that comes later. */
const EPOCH = 'seeded';

/**
 * Fills a node's data directory before the node starts, through the product's own storage: users without a password, their sessions and
 * tokens under the keys that the node will find, groups, history.
 */
export async function seed(directory: string, plan: SeedPlan, progress: (share: number) => void): Promise<Cast> {
  const database = await openDatabase({ directory });
  const storage = await createSqliteStorage(database);
  try {
    return await seedInto(storage, plan, progress);
  } finally {
    await storage.close();
    await database.close();
  }
}

/** The same into any storage. */
export async function seedInto(storage: Storage, plan: SeedPlan, progress: (share: number) => void): Promise<Cast> {
  const tokens = await Tokens.create(storage.keys);
  const seats = Array.from({ length: plan.groups * plan.membersPerGroup }, (_, index) => index);
  const people = new Map<number, { readonly userId: UserId; readonly token: string }>();
  const personAt = (seat: number): number => (plan.isOnePerson ? 0 : seat);
  await atOnce([...new Set(seats.map(personAt))], async (person) => {
    people.set(person, await seedPerson(storage, tokens, person));
  });
  const known = (seat: number) => people.get(personAt(seat)) as { readonly userId: UserId; readonly token: string };
  const groups = Array.from({ length: plan.groups }, newGroupId);
  for (const [group, channelId] of groups.entries()) {
    const memberIds = seats.filter((seat) => seat % plan.groups === group).map((seat) => known(seat).userId);
    await seedGroup(storage, plan, channelId, [...new Set(memberIds)], group);
    for (let first = 1; first <= plan.messagesPerGroup; first += EVENTS_PER_STORE) {
      const last = Math.min(first + EVENTS_PER_STORE - 1, plan.messagesPerGroup);
      await storage.effects.store({ channelId, creation: null, events: history(channelId, memberIds, first, last) });
      progress((group + last / plan.messagesPerGroup) / plan.groups);
    }
  }
  return { groups, tokens: seats.map((seat) => known(seat).token) };
}

async function seedPerson(storage: Storage, tokens: Tokens, person: number) {
  const [userId, sessionId, now] = [newUserId(), newSessionId(), Date.now()];
  const expiresAt = now + TOKEN_MS;
  await storage.users.create(
    { id: userId, handle: `bench-${userId.slice(4, 16).toLowerCase()}`, name: `User ${person}`, createdAt: now },
    null,
  );
  await storage.sessions.create({ id: sessionId, userId, createdAt: now, expiresAt, generation: 0, refreshedAt: now });
  return { userId, token: (await tokens.access(userId, sessionId, expiresAt)).token };
}

async function seedGroup(
  storage: Storage,
  { delivery }: SeedPlan,
  channelId: ChannelId,
  memberIds: readonly UserId[],
  index: number,
): Promise<void> {
  const members = memberIds.map(
    (userId, place): Membership => ({
      channelId,
      userId,
      role: place === 0 ? 'OWNER' : 'MEMBER',
      joinedAt: STARTED_AT,
      joinedSequence: 0,
      joinedMessages: 0,
      standing: firstStanding(place),
    }),
  );
  const channel = { id: channelId, kind: 'GROUP', name: `Group ${index}`, delivery, createdAt: STARTED_AT } as const;
  const position = { epoch: EPOCH, partition: 0, offset: 0 };
  await storage.effects.store({ channelId, creation: { channel, members, position }, events: [] });
}

function history(channelId: ChannelId, memberIds: readonly UserId[], first: number, last: number): SequencedEvent[] {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const sequence = first + index;
    const senderId = memberIds[sequence % memberIds.length] as UserId;
    const at = STARTED_AT + sequence;
    const text = `Message ${sequence}: ${'what people say to each other. '.repeat(4)}`.slice(0, 120);
    const id = namedMessageId(channelId, senderId, String(sequence));
    const position = { epoch: EPOCH, partition: 0, offset: sequence };
    const message = {
      ...{ id, channelId, sequence, senderId, text, replyTo: null, digest: EPOCH },
      ...{ createdAt: at, editedAt: null, deletedAt: null },
    };
    const base = { channelId, sequence, at, messages: sequence, commandId: newCommandId(), position };
    return { ...base, part: 0, parts: 1, kind: 'MessageSent', message };
  });
}

async function atOnce<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += WRITES_AT_ONCE) {
    await Promise.all(items.slice(from, from + WRITES_AT_ONCE).map(act));
  }
}
