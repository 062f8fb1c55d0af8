import {
  type ChannelPartsFragment,
  ClientChannelDocument,
  ClientChannelsDocument,
} from '../../schema/generated/client.ts';
import type { Ask } from './authorized.ts';
import { CLIENT_LIMITS } from './limits.ts';

/** All of the viewer's channels, the most recently active first. */
export async function listChannels(ask: Ask): Promise<readonly ChannelPartsFragment[]> {
  const channels = new Map<string, ChannelPartsFragment>();
  for (let after: string | null = null; ; ) {
    const variables: { first: number; after: string | null } = { first: CLIENT_LIMITS.channelsPage, after };
    const page = (await ask(ClientChannelsDocument, variables)).viewer.channels;
    // One that becomes active between two pages moves to the front, and may come twice or not at all.
    for (const { node } of page.edges) if (!channels.has(node.id)) channels.set(node.id, node);
    if (!page.pageInfo.hasNextPage) return [...channels.values()];
    after = page.pageInfo.endCursor;
  }
}

/** Null where the viewer is no member. */
export async function findChannel(ask: Ask, id: string): Promise<ChannelPartsFragment | null> {
  return (await ask(ClientChannelDocument, { id })).channel;
}
