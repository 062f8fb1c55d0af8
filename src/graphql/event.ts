import type { ChannelEvent as EventFacts } from '../domain/event.ts';
import { found } from './found.ts';
import {
  Channel,
  ChannelCreated,
  ChannelEvent,
  CheckpointMoved,
  MemberJoined,
  MemberLeft,
  Membership,
  Message,
  MessageDeleted,
  MessageEdited,
  MessageSent,
  TypingChanged,
  User,
} from './refs.ts';
import { DateTime } from './scalars.ts';

const TYPES = {
  MessageSent,
  EphemeralSent: MessageSent,
  MessageEdited,
  MessageDeleted,
  MemberJoined,
  MemberLeft,
  CheckpointMoved,
  TypingChanged,
  ChannelCreated,
} as const satisfies Record<EventFacts['kind'], unknown>;

/** The name of the type that the schema shows an event as. */
export const eventTypeName = ({ kind }: EventFacts): string => TYPES[kind].name;

ChannelEvent.implement({
  description: 'Something that happened in a channel.',
  fields: (t) => ({
    channel: t.field({
      type: Channel,
      shareable: true,
      description:
        "Where it happened. With the viewer's own MemberLeft only what never changes about the channel can be read.",
      resolve: ({ channelId }, _, { loaders }) => found(loaders.channel(channelId), 'channel'),
    }),
    sequence: t.exposeInt('sequence', {
      shareable: true,
      nullable: true,
      description:
        'Position in the channel, rising by one from event to event, so that a client sees a gap by itself. Null for what takes no position: creations, typing, checkpoints, and messages of an EPHEMERAL channel.',
    }),
    at: t.expose('at', { type: DateTime, shareable: true, description: 'When it happened.' }),
  }),
  resolveType: eventTypeName,
});

const message = 'The message, as it is now.';

MessageSent.implement({
  description: 'Somebody wrote a message.',
  interfaces: [ChannelEvent],
  fields: (t) => ({ message: t.expose('message', { type: Message, shareable: true, description: message }) }),
});

MessageEdited.implement({
  description: 'The sender changed the text of a message.',
  interfaces: [ChannelEvent],
  fields: (t) => ({ message: t.expose('message', { type: Message, shareable: true, description: message }) }),
});

MessageDeleted.implement({
  description: 'The sender deleted a message.',
  interfaces: [ChannelEvent],
  fields: (t) => ({
    message: t.expose('message', {
      type: Message,
      shareable: true,
      description: 'What is left of the message: its place and times, no text.',
    }),
  }),
});

MemberJoined.implement({
  description: 'Somebody was added to a group. The first members of a channel have none.',
  interfaces: [ChannelEvent],
  fields: (t) => ({
    membership: t.expose('membership', {
      type: Membership,
      shareable: true,
      description: 'The membership that began, with the role it began with.',
    }),
  }),
});

MemberLeft.implement({
  description: 'Somebody left a group or was removed from it. After their own a `channel` subscription completes.',
  interfaces: [ChannelEvent],
  fields: (t) => ({
    user: t.field({
      type: User,
      shareable: true,
      description: 'Who left.',
      resolve: ({ userId }, _, { loaders }) => found(loaders.user(userId), 'user'),
    }),
    newOwner: t.field({
      type: User,
      shareable: true,
      nullable: true,
      description: 'Who owns the group from now on, where its owner left; null where nothing changed.',
      resolve: ({ successorId }, _, { loaders }) => (successorId === null ? null : loaders.user(successorId)),
    }),
  }),
});

CheckpointMoved.implement({
  description: "The viewer has read on, on another device. Nobody else is told, and a send of one's own makes none.",
  interfaces: [ChannelEvent],
  fields: (t) => ({
    membership: t.field({
      type: Membership,
      description: "The viewer's own, with the checkpoint as this event moved it.",
      resolve: async ({ channelId, checkpoint }, _, { loaders }) => {
        const own = await found(loaders.memberships.load(channelId), 'channel');
        return { ...own, readUpTo: checkpoint.sequence };
      },
    }),
  }),
});

TypingChanged.implement({
  description: 'Somebody else began to type or stopped. It ends by itself 6 seconds after it was last said.',
  interfaces: [ChannelEvent],
  fields: (t) => ({
    user: t.field({
      type: User,
      shareable: true,
      description: 'Who types.',
      resolve: ({ userId }, _, { loaders }) => found(loaders.user(userId), 'user'),
    }),
    typing: t.exposeBoolean('typing', { shareable: true, description: 'Whether they type from now on.' }),
  }),
});

ChannelCreated.implement({
  description:
    'A channel of which the viewer is a first member has been made, by the viewer or by somebody else: its events follow. Told by `inbox`, and by `updates` while it waits; not replayed to whoever was away.',
  interfaces: [ChannelEvent],
});
