import { isChannelId } from '../domain/identifier.ts';
import type { ChannelPosition as Position } from '../services/timeline.ts';
import { builder } from './builder.ts';

export const ChannelPosition = builder.inputType('ChannelPosition', {
  description: 'How far a client has come in a channel.',
  fields: (t) => ({
    channelId: t.id({ description: 'The channel. One that the viewer is not a member of is ignored.' }),
    sequence: t.int({
      description:
        "The newest sequence that the client has already seen; 0 for none. Above the channel's head it is BAD_USER_INPUT.",
    }),
  }),
});

export const positions = (given: readonly { channelId: string; sequence: number }[]): readonly Position[] =>
  given.flatMap(({ channelId, sequence }) => (isChannelId(channelId) ? { channelId, sequence } : []));
