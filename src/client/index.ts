import { Agent } from './agent.ts';
import { Client } from './client.ts';
import { localAgent } from './local-agent.ts';
import { agentOptionsFrom, type ClientOptions } from './options.ts';

export type { ChannelKind, Delivery, PresenceStatus, Role, TypedDocument } from '../../schema/generated/client.ts';
export type { Channel } from './channel.ts';
export type { ChatChannel } from './chat-channel.ts';
export type { Client, NewGroup } from './client.ts';
export type { ConnectionState } from './connection.ts';
export { type ErrorCode, ParleyError } from './error.ts';
export type { ChannelEvent, ChannelPosition } from './event.ts';
export type { TransportName } from './link.ts';
export type { Member } from './members.ts';
export type { MessageStatus, ShownMessage } from './message-list.ts';
export type { MessageList } from './message-view.ts';
export type { ClientOptions } from './options.ts';
export type { Outbox, OutboxEntry, OutboxFailure } from './outbox.ts';
export type { Presence } from './presence.ts';
export type { User } from './session.ts';
export type { Signal } from './signal.ts';
export { type ClientStorage, memoryStorage } from './storage.ts';

/** A client that goes on with the session that an earlier one has left, where there is one. */
export function createClient(options: ClientOptions = {}): Client {
  const agentOptions = agentOptionsFrom(options);
  const { url, region } = agentOptions;
  return new Client({ url, region, reach: (use) => localAgent(new Agent(agentOptions), use) });
}
