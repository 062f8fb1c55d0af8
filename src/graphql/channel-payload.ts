import type { Channel as ChannelFacts } from '../domain/channel.ts';
import { builder } from './builder.ts';
import { Channel } from './refs.ts';

export const ChannelPayload = builder.objectRef<ChannelFacts>('ChannelPayload').implement({
  description: 'The channel that a mutation was about.',
  fields: (t) => ({
    channel: t.field({
      type: Channel,
      description: 'As it is now. After leaving it only what never changes about it can be read.',
      resolve: (channel) => channel,
    }),
  }),
});
