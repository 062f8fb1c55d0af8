import type { Channel as ChannelFacts } from '../domain/channel.ts';
import { isChannelId } from '../domain/identifier.ts';
import { builder } from './builder.ts';
import { connectionType, PAGES } from './connection.ts';
import { found } from './found.ts';
import { MembershipConnection, memberPage } from './membership.ts';
import { MessageConnection } from './message.ts';
import { messagePage } from './message-page.ts';
import { Channel, Membership, Message, Node } from './refs.ts';
import { DateTime } from './scalars.ts';

const ChannelKind = builder.enumType('ChannelKind', {
  description: 'How people come to be in a channel.',
  values: {
    DIRECT: { description: 'Two people, for good: nobody joins or leaves.' },
    GROUP: { description: 'At most 100 members.' },
  } as const,
});

export const Delivery = builder.enumType('Delivery', {
  description: 'How a message travels, chosen when a channel is created.',
  values: {
    PERSIST_FIRST: { description: 'Stored durably, then pushed, then acknowledged.' },
    PUSH_FIRST: {
      description:
        'Appended to the durable log and pushed at once; a writer stores it in batches afterwards. History may lag by one batch.',
    },
    EPHEMERAL: { description: 'Pushed to those connected now, never stored.' },
  } as const,
});

const { connection, edge } = connectionType<ChannelFacts>('Channel', 'Channels, most recently active first.');
export const ChannelConnection = connection;
builder.objectField(edge, 'node', (t) =>
  t.expose('node', { type: Channel, description: 'The channel at this place.' }),
);

Channel.implement({
  description:
    'Where people write to one another. Who is not a member sees nothing of it; whoever has just left sees what never changes (id, kind, name, delivery, createdAt), and NOT_FOUND for the rest.',
  interfaces: [Node],
  fields: (t) => ({
    kind: t.expose('kind', { type: ChannelKind, shareable: true, description: 'Direct or group, for good.' }),
    name: t.exposeString('name', { nullable: true, shareable: true, description: 'Null for a direct channel.' }),
    delivery: t.expose('delivery', {
      type: Delivery,
      shareable: true,
      description: 'How its messages travel, for good.',
    }),
    createdAt: t.expose('createdAt', { type: DateTime, shareable: true, description: 'When the channel was created.' }),
    head: t.int({
      description:
        'The sequence of the newest event; 0 in a new channel, whose first members take no position. In a PUSH_FIRST channel it may lag by one batch.',
      resolve: async ({ id }, _, { loaders }) => {
        const [head] = await Promise.all([loaders.heads.load(id), found(loaders.memberships.load(id), 'channel')]);
        return head?.sequence ?? 0;
      },
    }),
    members: t.field({
      type: MembershipConnection,
      description: 'Everybody in the channel, longest-standing first.',
      extensions: PAGES,
      args: {
        first: t.arg.int({ required: false, description: 'How many at most, 1 to 100; 50 without it.' }),
        after: t.arg.string({ required: false, description: 'A cursor: those that come after it.' }),
      },
      resolve: async ({ id }, { first, after }, { loaders }) => {
        await found(loaders.memberships.load(id), 'channel');
        return memberPage(await loaders.members.load(id), { first, after });
      },
    }),
    messages: t.field({
      type: MessageConnection,
      description:
        "All of the channel's history, from before the viewer joined too; oldest to newest inside a page. `last`/`before` scrolls back, `first`/`after` scrolls forward; with neither, the newest 50. At most 100 a page. A range is possible: `after` and `before` bound it both ways.",
      extensions: PAGES,
      args: {
        first: t.arg.int({
          required: false,
          description: 'The oldest so many of what `after` and `before` leave, 1 to 100. Not with `last`.',
        }),
        after: t.arg.string({
          required: false,
          description: 'A cursor: those that come after it. Alone, it means the 50 oldest of these.',
        }),
        last: t.arg.int({
          required: false,
          description: 'The newest so many of what `after` and `before` leave, 1 to 100. Not with `first`.',
        }),
        before: t.arg.string({
          required: false,
          description: 'A cursor: those that come before it. Alone, it means the 50 newest of these.',
        }),
      },
      resolve: async ({ id }, args, { loaders, services }) => {
        await found(loaders.memberships.load(id), 'channel');
        return messagePage(args, (range) => services.messages.page(id, range));
      },
    }),
    message: t.field({
      type: Message,
      nullable: true,
      description: "The message at that position; null where there is none, or another event's.",
      args: { sequence: t.arg.int({ description: 'As `Message.sequence`.' }) },
      resolve: async ({ id }, { sequence }, { loaders, services }) => {
        await found(loaders.memberships.load(id), 'channel');
        return sequence < 1 ? null : services.messages.at(id, sequence);
      },
    }),
    membership: t.field({
      type: Membership,
      description: "The viewer's membership, with the viewer's checkpoint.",
      resolve: ({ id }, _, { loaders }) => found(loaders.memberships.load(id), 'channel'),
    }),
    unread: t.int({
      description:
        "Messages after the viewer's checkpoint, deleted ones included. Sending moves the sender's own checkpoint, joining to the join. 0 in an EPHEMERAL channel.",
      resolve: ({ id }, _, { loaders }) => found(loaders.unread.load(id), 'channel'),
    }),
  }),
});

builder.queryField('channel', (t) =>
  t.field({
    type: Channel,
    nullable: true,
    description: 'A channel that the viewer is a member of; null when it does not exist or the viewer is not a member.',
    args: { id: t.arg.id({ description: 'As `Channel.id`.' }) },
    resolve: (_, { id }, { loaders, services }) => {
      const { viewer } = loaders;
      return isChannelId(id) ? services.channels.find(viewer, id) : null;
    },
  }),
);
