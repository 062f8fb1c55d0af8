import { LIMITS } from '../config/limits.ts';
import type { Updates as UpdatesFacts } from '../services/timeline.ts';
import { builder, type PageSize } from './builder.ts';
import { ChannelPosition, positions } from './position.ts';
import { ChannelEvent } from './refs.ts';

const FIRST_DEFAULT = 100;
const PAGE: { readonly pageSize: PageSize } = {
  pageSize: { argumentNames: ['first'], sizeDefault: FIRST_DEFAULT, sizeMax: LIMITS.updatesMax },
};

const Updates = builder.objectRef<UpdatesFacts>('Updates').implement({
  description: 'What happened since a client last asked.',
  fields: (t) => ({
    events: t.field({
      type: [ChannelEvent],
      description:
        'In the order of each channel, without a gap there. What takes no position is among them only where it happened during the wait.',
      resolve: ({ events }) => events,
    }),
    more: t.exposeBoolean('more', { description: 'True when more events wait beyond `first`.' }),
  }),
});

builder.queryField('updates', (t) =>
  t.field({
    type: Updates,
    description:
      "Everything after the given positions in all the viewer's channels, for clients without a socket; a channel that is not listed starts at the viewer's checkpoint. `wait` 0 is short polling; up to 30 seconds is long polling: it answers as soon as there is an event, or with an empty list at the end of the wait.",
    extensions: PAGE,
    args: {
      after: t.arg({
        type: [ChannelPosition],
        description:
          'How far the client has come, at most 1,000 positions: the highest `sequence` seen of each channel.',
      }),
      wait: t.arg.int({
        defaultValue: 0,
        description: 'Seconds to wait for an event where there is none yet, 0 to 30.',
      }),
      first: t.arg.int({ defaultValue: FIRST_DEFAULT, description: 'How many events at most, 1 to 500.' }),
    },
    resolve: (_, { after, wait, first }, { loaders, services, connection: { signal } }) =>
      services.timeline.updates(loaders.viewer, { after: positions(after), waitMs: wait * 1_000, first, signal }),
  }),
);
