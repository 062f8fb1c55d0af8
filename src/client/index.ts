import { Client } from './client.ts';
import { type ClientOptions, settingsFrom } from './options.ts';
import { reachAgent } from './reach.ts';

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
  const { url, region } = settingsFrom(options);
  const client = new Client({ url, region, reach: (use) => reachAgent(options, use) });
  if (typeof document !== 'undefined') wakeWithPage(client);
  return client;
}

/** Somebody looks at the page again, or the network has changed: that is no time to wait. */
function wakeWithPage(client: Client): void {
  const wake = (): void => {
    if (document.visibilityState === 'visible') client.wake();
  };
  document.addEventListener('visibilitychange', wake);
  addEventListener('online', wake);
  addEventListener('offline', wake);
  client.onClose(() => {
    document.removeEventListener('visibilitychange', wake);
    removeEventListener('online', wake);
    removeEventListener('offline', wake);
  });
}
