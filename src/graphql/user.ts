import type { ListedChannel } from '../services/channels.ts';
import { builder } from './builder.ts';
import { ChannelConnection } from './channel.ts';
import { type Connection, firstAfter, PAGES, pageOf } from './connection.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { found } from './found.ts';
import { Node, Presence, User } from './refs.ts';

User.implement({
  description: 'Somebody with an account.',
  interfaces: [Node],
  fields: (t) => ({
    handle: t.exposeString('handle', {
      shareable: true,
      description: "3 to 32 of a-z, 0-9, '_' and '-', given in any case, kept in lower case, unique.",
    }),
    name: t.exposeString('name', {
      shareable: true,
      description: 'How the user is shown to others, 1 to 100 characters. Not unique.',
    }),
    presence: t.field({
      type: Presence,
      description:
        'Whether the user is online. OFFLINE without lastSeenAt for whoever shares no channel with the viewer.',
      resolve: ({ id }, _, { loaders }) => found(loaders.presence.load(id), 'user'),
    }),
    channels: t.field({
      type: ChannelConnection,
      description: "The viewer's channels, most recently active first. Empty for any other user.",
      extensions: PAGES,
      args: {
        first: t.arg.int({ required: false, description: 'How many at most, 1 to 100; 50 without it.' }),
        after: t.arg.string({ required: false, description: 'A cursor: those that come after it.' }),
      },
      resolve: async ({ id }, { first, after }, { loaders }) => {
        const listed = id === loaders.viewer.userId ? await loaders.listed : [];
        const isAfter = isAfterCursor(after ?? null);
        const page = pageOf(listed, { first, start: firstAfter(listed, isAfter), cursorOf: cursorOfListed });
        return withChannels(page);
      },
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: User,
    description: 'The signed-in user. UNAUTHENTICATED without a valid access token.',
    resolve: (_, __, { loaders }) => found(loaders.user(loaders.viewer.userId), 'user'),
  }),
);

builder.queryField('user', (t) =>
  t.field({
    type: User,
    nullable: true,
    description: 'The user of exactly that handle, in any case; null where there is none.',
    args: { handle: t.arg.string({ description: 'The whole handle.' }) },
    resolve: (_, { handle }, { loaders, services }) => {
      void loaders.viewer;
      return services.accounts.byHandle(handle);
    },
  }),
);

const KIND = 'channel';
const SHAPE = /^(\d{1,15}):(.+)$/;

/** Activity moves a channel, so its place is said by when it was active last. */
const cursorOfListed = ({ channel, head }: ListedChannel): string => toCursor(KIND, head.activeAt, channel.id);

/** Most recently active first; at the same moment by id. */
function isAfterCursor(cursor: string | null): (listed: ListedChannel) => boolean {
  if (cursor === null) return () => true;
  const [time = '', id = ''] = fromCursor(cursor, { kind: KIND, shape: SHAPE, field: 'after' });
  const activeAt = Number(time);
  return ({ channel, head }) => head.activeAt < activeAt || (head.activeAt === activeAt && channel.id > id);
}

const withChannels = (page: Connection<ListedChannel>): Connection<ListedChannel['channel']> => ({
  ...page,
  edges: page.edges.map(({ cursor, node }) => ({ cursor, node: node.channel })),
});
