import type { ChannelId } from '../domain/identifier.ts';
import type { Decision } from '../domain/sequencer.ts';
import type { ChannelEffects } from '../storage/effects.ts';

/** One store call takes at most so many events: a batch stays far below what one partition write may hold. */
const EVENTS_PER_STORE_MAX = 500;

/** Joins decisions of one channel, in the order of the log, into as few store calls as the bound allows. */
export function effectsOf(channelId: ChannelId, decisions: readonly Decision[]): readonly ChannelEffects[] {
  const joined: {
    channelId: ChannelId;
    creation: ChannelEffects['creation'];
    events: ChannelEffects['events'][number][];
  }[] = [];
  for (const { creation, events } of decisions) {
    if (creation === null && events.length === 0) continue;
    const last = joined.at(-1);
    const fits = last !== undefined && creation === null && last.events.length + events.length <= EVENTS_PER_STORE_MAX;
    if (fits) last.events.push(...events);
    else joined.push({ channelId, creation, events: [...events] });
  }
  return joined;
}
