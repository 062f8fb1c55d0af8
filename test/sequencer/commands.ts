import { hash } from 'node:crypto';
import type { Delivery } from '../../src/domain/channel.ts';
import type { AddMembers, CreateChannel, DeleteMessage, EditMessage, SendMessage } from '../../src/domain/command.ts';
import {
  type ChannelId,
  channelOfMessage,
  type MessageId,
  namedMessageId,
  newCommandId,
  type UserId,
} from '../../src/domain/identifier.ts';

const ORIGIN = 'node-1';
const base = (channelId: ChannelId, actorId: UserId) => ({
  ...{ id: newCommandId(), channelId, actorId, origin: ORIGIN },
  at: 1_700_000_000_000,
});

/** The first member is the owner. */
export function create(channelId: ChannelId, memberIds: readonly UserId[], delivery: Delivery): CreateChannel {
  const [owner] = memberIds;
  if (owner === undefined) throw new Error('A group has a first member');
  return { ...base(channelId, owner), kind: 'CreateChannel', channelKind: 'GROUP', name: 'Team', delivery, memberIds };
}

/** The text is the nonce, unless one is given. */
export function send(channelId: ChannelId, actorId: UserId, text: string, nonce = text): SendMessage {
  const messageId = namedMessageId(channelId, actorId, nonce);
  const content = { messageId, text, replyTo: null, digest: hash('sha256', text) };
  return { ...base(channelId, actorId), kind: 'SendMessage', ...content };
}

export const edit = (messageId: MessageId, actorId: UserId, text: string): EditMessage => ({
  ...base(channelOfMessage(messageId), actorId),
  ...{ kind: 'EditMessage', messageId, text },
});

export const remove = (messageId: MessageId, actorId: UserId): DeleteMessage => ({
  ...base(channelOfMessage(messageId), actorId),
  ...{ kind: 'DeleteMessage', messageId },
});

export const add = (channelId: ChannelId, actorId: UserId, userIds: readonly UserId[]): AddMembers => ({
  ...base(channelId, actorId),
  ...{ kind: 'AddMembers', userIds },
});
