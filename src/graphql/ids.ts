import { badInput, notFound, ParleyError } from '../domain/error.ts';
import {
  type ChannelId,
  isChannelId,
  isMessageId,
  isUserId,
  type MessageId,
  type UserId,
} from '../domain/identifier.ts';

// What can't be an id is answered as one that does not exist.

export function channelId(text: string): ChannelId {
  if (!isChannelId(text)) throw notFound('channel');
  return text;
}

export function messageId(text: string): MessageId {
  if (!isMessageId(text)) throw notFound('message');
  return text;
}

/** `field` as the client named the input. */
export function userId(text: string, field: string): UserId {
  if (!isUserId(text)) throw new ParleyError('NOT_FOUND', 'No such user.', { field });
  return text;
}

/** A reply to what can't be in the channel is refused as by the sequencer. */
export function repliedTo(text: string): MessageId {
  if (!isMessageId(text)) throw badInput('replyTo', 'No such message in this channel.');
  return text;
}
