import { ClientHistoryDocument } from '../../schema/generated/client.ts';
import type { Ask } from './authorized.ts';
import { ParleyError } from './error.ts';
import { CLIENT_LIMITS } from './limits.ts';
import { Pause } from './pause.ts';
import type { HistoryPage } from './timeline.ts';

export interface HistoryRequest {
  readonly channelId: string;
  readonly count: number;
  /** Null for the newest. */
  readonly before: string | null;
  /** What the newest page has to reach: the history of a PUSH_FIRST channel may lag behind its events. */
  readonly head: number;
}

const LAG_MS = 300;
const LAG_TRIES_MAX = 10;

/** A page of history, as new as what is known already. */
export async function readHistory(ask: Ask, { channelId, count, before, head }: HistoryRequest): Promise<HistoryPage> {
  const last = Math.min(count, CLIENT_LIMITS.historyPageMax);
  for (let tries = 1; ; tries += 1) {
    const { channel } = await ask(ClientHistoryDocument, { id: channelId, last, before });
    if (channel === null) throw new ParleyError('NOT_FOUND', 'There is no such channel.');
    const { edges, pageInfo } = channel.messages;
    if (before !== null || channel.head >= head || tries === LAG_TRIES_MAX) {
      return {
        messages: edges.map(({ node }) => node),
        before: pageInfo.hasPreviousPage ? pageInfo.startCursor : null,
      };
    }
    await new Pause().for(LAG_MS);
  }
}
