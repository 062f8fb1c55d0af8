import type { ChannelEvent } from '../../src/client/event.ts';
import type { User } from '../../src/client/session.ts';
import type { Message } from '../../src/client/timeline.ts';

export const ADA: User = { id: 'usr_ada', handle: 'ada', name: 'Ada' };
export const BOB: User = { id: 'usr_bob', handle: 'bob', name: 'Bob' };

export const CHANNEL = 'chn_1';

const at = '2026-11-24T08:00:00.000Z';

export function message(sequence: number, options: Partial<Message> = {}): Message {
  return {
    id: `msg_${sequence}`,
    sequence,
    text: `Message ${sequence}`,
    createdAt: at,
    editedAt: null,
    deletedAt: null,
    sender: ADA,
    replyTo: null,
    ...options,
  };
}

export const sent = (sequence: number, options: Partial<Message> = {}, channelId = CHANNEL): ChannelEvent => ({
  __typename: 'MessageSent',
  sequence,
  at,
  channel: { id: channelId },
  message: message(sequence, options),
});

export const created = (channelId = CHANNEL): ChannelEvent => ({
  __typename: 'ChannelCreated',
  sequence: null,
  at,
  channel: { id: channelId },
});

export const joined = (sequence: number, user: User, channelId = CHANNEL): ChannelEvent => ({
  __typename: 'MemberJoined',
  sequence,
  at,
  channel: { id: channelId },
  membership: { role: 'MEMBER', user },
});

export const left = (sequence: number, user: User, channelId = CHANNEL): ChannelEvent => ({
  __typename: 'MemberLeft',
  sequence,
  at,
  channel: { id: channelId },
  user,
  newOwner: null,
});

export const typing = (user: User): ChannelEvent => ({
  __typename: 'TypingChanged',
  sequence: null,
  at,
  channel: { id: CHANNEL },
  typing: true,
  user,
});
