import { createContext, useCallback, useContext, useEffect, useSyncExternalStore } from 'react';
import type { Channel } from './channel.ts';
import type { Client } from './client.ts';
import type { ConnectionState } from './connection.ts';
import type { MessageList } from './message-view.ts';
import type { Outbox } from './outbox.ts';
import type { Presence } from './presence.ts';
import type { User } from './session.ts';
import type { Signal } from './signal.ts';

const ClientContext = createContext<Client | null>(null);

/** Gives the client to the hooks below it. */
export const ClientProvider = ClientContext.Provider;

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('Put a ClientProvider with a client above this component.');
  return client;
}

/** The signal's value, now and whenever it changes. */
export function useSignal<Value>(signal: Signal<Value>): Value {
  const subscribe = useCallback((listener: () => void) => signal.subscribe(listener), [signal]);
  const get = useCallback(() => signal.get(), [signal]);
  return useSyncExternalStore(subscribe, get, get);
}

/** Who is logged in; null where nobody is. */
export const useViewer = (): User | null => useSignal(useClient().viewer);

export const useConnection = (): ConnectionState => useSignal(useClient().connection);

/** The most recently active first. */
export const useChannels = (): readonly Channel[] => useSignal(useClient().channels);

export const useOutbox = (): Outbox => useSignal(useClient().outbox);

/** Null where the viewer is no member, or before it is known. */
export const useChannel = (id: string): Channel | null => useSignal(useClient().channel(id).info);

/** Loads the newest messages, and keeps them here while the component is on the page. */
export function useMessages(channelId: string): MessageList {
  const channel = useClient().channel(channelId);
  useEffect(() => channel.open(), [channel]);
  return useSignal(channel.messages);
}

/** Who else types in the channel now. */
export const useTyping = (channelId: string): readonly User[] => useSignal(useClient().channel(channelId).typing);

export const usePresence = (userId: string): Presence => useSignal(useClient().presence(userId));
