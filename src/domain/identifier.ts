import { hash, randomBytes, randomUUID } from 'node:crypto';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type UserId = Branded<'UserId'>;
export type ChannelId = Branded<'ChannelId'>;
/** Tells its channel: the channel's 22 characters, then the message's own. See {@link channelOfMessage}. */
export type MessageId = Branded<'MessageId'>;
export type SessionId = Branded<'SessionId'>;
/** Names one command for ever; an append of the same command again carries the same one. */
export type CommandId = Branded<'CommandId'>;

const BODY = '[A-Za-z0-9_-]{22}';
const USER = new RegExp(`^usr_${BODY}$`);
const CHANNEL = new RegExp(`^chn_${BODY}$`);
const MESSAGE = new RegExp(`^msg_${BODY}${BODY}$`);

export const isUserId = (text: string): text is UserId => USER.test(text);
export const isChannelId = (text: string): text is ChannelId => CHANNEL.test(text);
export const isMessageId = (text: string): text is MessageId => MESSAGE.test(text);

const randomBody = (): string => randomBytes(16).toString('base64url');

export const newUserId = (): UserId => `usr_${randomBody()}` as UserId;
export const newSessionId = (): SessionId => `ses_${randomBody()}` as SessionId;
export const newCommandId = (): CommandId => `cmd_${randomUUID()}` as CommandId;
export const newGroupId = (): ChannelId => `chn_${randomBody()}` as ChannelId;

/** 128 bits of SHA-256 over the parts, framed by JSON so that no two lists of parts read alike. */
function namedBody(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'buffer').subarray(0, 16).toString('base64url');
}

/** The same for both people, whoever asks: 'one direct channel for two people' needs no lock. */
export function directChannelId(one: UserId, other: UserId): ChannelId {
  const [first, second] = one < other ? [one, other] : [other, one];
  return `chn_${namedBody('direct', first, second)}` as ChannelId;
}

/** A group made under a nonce: a retry names the same group. */
export const namedGroupId = (creator: UserId, nonce: string): ChannelId =>
  `chn_${namedBody('group', creator, nonce)}` as ChannelId;

/** A nonce is for ever: the same (channel, sender, nonce) is the same message on any node at any time. */
export const namedMessageId = (channel: ChannelId, sender: UserId, nonce: string): MessageId =>
  `msg_${channel.slice(4)}${namedBody('message', channel, sender, nonce)}` as MessageId;

export const channelOfMessage = (message: MessageId): ChannelId => `chn_${message.slice(4, 26)}` as ChannelId;
