import type { Message as MessageFacts } from '../domain/message.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection.ts';
import { found } from './found.ts';
import { Channel, Message, Node, User } from './refs.ts';
import { DateTime } from './scalars.ts';

Message.implement({
  description:
    'What somebody wrote, as it is now: an edit or a deletion shows everywhere, in history and in replayed events.',
  interfaces: [Node],
  fields: (t) => ({
    channel: t.field({
      type: Channel,
      shareable: true,
      description: 'Where it was written.',
      resolve: ({ channelId }, _, { loaders }) => found(loaders.channel(channelId), 'channel'),
    }),
    sequence: t.exposeInt('sequence', {
      shareable: true,
      nullable: true,
      description:
        "Position in the channel's event sequence: unique, rising, the same for every reader. Null in an EPHEMERAL channel, whose messages take no position.",
    }),
    sender: t.field({
      type: User,
      shareable: true,
      description: 'Who wrote it, also after they have left.',
      resolve: ({ senderId }, _, { loaders }) => found(loaders.user(senderId), 'user'),
    }),
    text: t.exposeString('text', {
      shareable: true,
      description: 'At most 8,000 characters, counted as Unicode code points. Empty once deleted.',
    }),
    createdAt: t.expose('createdAt', {
      type: DateTime,
      shareable: true,
      description: 'When it was sent. The order of messages is that of `sequence`, not of this.',
    }),
    editedAt: t.expose('editedAt', {
      type: DateTime,
      shareable: true,
      nullable: true,
      description: 'When its text was changed last; null for as long as it was not.',
    }),
    deletedAt: t.expose('deletedAt', {
      type: DateTime,
      shareable: true,
      nullable: true,
      description: 'When it was deleted; null while it is not.',
    }),
    replyTo: t.field({
      type: Message,
      shareable: true,
      nullable: true,
      description: 'The message of the same channel that it answers; null for one that answers none.',
      resolve: ({ replyTo }, _, { loaders }) => (replyTo === null ? null : loaders.answered.load(replyTo)),
    }),
  }),
});

const { connection, edge } = connectionType<MessageFacts>('Message', 'Messages, oldest to newest.');
export const MessageConnection = connection;
builder.objectField(edge, 'node', (t) =>
  t.expose('node', { type: Message, description: 'The message at this place.' }),
);
