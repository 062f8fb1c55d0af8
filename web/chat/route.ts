import { useSyncExternalStore } from 'react';

const PREFIX = '#/';

export const hrefOf = (channelId: string): string => `${PREFIX}${encodeURIComponent(channelId)}`;

/** The channel that the address names; null for none. */
export function useChannelId(): string | null {
  return useSyncExternalStore(subscribe, channelId);
}

export function goTo(channelId: string | null): void {
  location.hash = channelId === null ? '' : hrefOf(channelId);
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function channelId(): string | null {
  if (!location.hash.startsWith(PREFIX)) return null;
  return decodeURIComponent(location.hash.slice(PREFIX.length)) || null;
}
