import type { Membership as MembershipFacts } from '../domain/membership.ts';
import { builder } from './builder.ts';
import { type Connection, connectionType, firstAfter, pageOf } from './connection.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { found } from './found.ts';
import * as ids from './ids.ts';
import { Channel, Membership, type ShownMembership, User } from './refs.ts';
import { DateTime } from './scalars.ts';
import { actor } from './viewer.ts';

const Role = builder.enumType('Role', {
  description: 'What a member may do. In a direct channel both are MEMBER.',
  values: {
    OWNER: { description: 'May remove members. A leaving owner hands on to the longest-standing member.' },
    MEMBER: { description: 'May add members.' },
  } as const,
});

Membership.implement({
  description: 'One user in one channel.',
  fields: (t) => ({
    user: t.field({
      type: User,
      shareable: true,
      description: 'Who is in the channel.',
      resolve: ({ userId }, _, { loaders }) => found(loaders.user(userId), 'user'),
    }),
    channel: t.field({
      type: Channel,
      shareable: true,
      description: 'Where the user is in.',
      resolve: ({ channelId }, _, { loaders }) => found(loaders.channel(channelId), 'channel'),
    }),
    role: t.expose('role', { type: Role, shareable: true, description: 'What the user may do there.' }),
    joinedAt: t.expose('joinedAt', {
      type: DateTime,
      shareable: true,
      description: 'When the user joined, the last time.',
    }),
    readUpTo: t.int({
      description: 'The checkpoint: every message up to this sequence has been read. Never moves back.',
      resolve: (membership, _, { loaders }) => membership.readUpTo ?? loaders.readUpTo.load(membership),
    }),
  }),
});

interface MemberPage extends Connection<ShownMembership> {
  readonly totalCount: number;
}

const { connection, edge } = connectionType<ShownMembership, MemberPage>(
  'Membership',
  'Members, longest-standing first.',
);
export const MembershipConnection = connection;
builder.objectField(edge, 'node', (t) =>
  t.expose('node', { type: Membership, description: 'The member at this place.' }),
);

builder.objectField(MembershipConnection, 'totalCount', (t) =>
  t.exposeInt('totalCount', { description: 'How many members the channel has, on all pages together.' }),
);

const KIND = 'member';
const SHAPE = /^(\d{1,15})$/;

export function memberPage(
  members: readonly MembershipFacts[],
  { first, after }: { first?: number | null | undefined; after?: string | null | undefined },
): MemberPage {
  const [standing] = typeof after === 'string' ? fromCursor(after, { kind: KIND, shape: SHAPE, field: 'after' }) : [];
  const start = standing === undefined ? 0 : firstAfter(members, (member) => member.standing > Number(standing));
  const page = pageOf(members, { first, start, cursorOf: (member) => toCursor(KIND, member.standing) });
  return { ...page, totalCount: members.length };
}

const MembershipPayload = builder.objectRef<MembershipFacts>('MembershipPayload').implement({
  description: 'The membership that a mutation was about.',
  fields: (t) => ({
    membership: t.field({
      type: Membership,
      description: "The viewer's own, with the checkpoint as it is now.",
      resolve: (membership) => membership,
    }),
  }),
});

const MarkReadInput = builder.inputType('MarkReadInput', {
  description: 'How far the viewer has read.',
  fields: (t) => ({
    channelId: t.id({ description: 'A channel that the viewer is a member of.' }),
    upTo: t.int({
      description:
        "The sequence of the last event that has been read. Above the channel's head it is BAD_USER_INPUT; below the checkpoint it changes nothing.",
    }),
  }),
});

builder.mutationField('markRead', (t) =>
  t.field({
    type: MembershipPayload,
    nullable: true,
    description:
      "Moves the viewer's checkpoint forward, at most to the channel's head. The viewer's other devices get CheckpointMoved.",
    args: { input: t.arg({ type: MarkReadInput, description: 'How far the viewer has read where.' }) },
    resolve: (_, { input: { channelId, upTo } }, context) => {
      const viewer = actor(context);
      return context.services.checkpoints.markRead(viewer, { channelId: ids.channelId(channelId), upTo });
    },
  }),
);
