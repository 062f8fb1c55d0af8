import { builder } from './builder.ts';
import * as ids from './ids.ts';
import { ChannelPosition, positions } from './position.ts';
import { ChannelEvent } from './refs.ts';

builder.subscriptionField('channel', (t) =>
  t.field({
    type: ChannelEvent,
    shareable: true,
    description:
      "One channel's events: first those after the given sequence, then live ones, in order, none missing, none twice. Without `after`, live ones only. Completes after the viewer's own MemberLeft.",
    args: {
      id: t.arg.id({ description: 'A channel that the viewer is a member of, else NOT_FOUND.' }),
      after: t.arg.int({
        required: false,
        description:
          "The newest sequence that the client has already seen; 0 for the whole history. Above the channel's head it is BAD_USER_INPUT.",
      }),
    },
    subscribe: (_, { id, after }, { loaders, services, connection }) =>
      services.timeline.channel(loaders.viewer, {
        channelId: ids.channelId(id),
        after: after ?? null,
        overflow: connection.overflow,
      }),
    resolve: (event) => event,
  }),
);

builder.subscriptionField('inbox', (t) =>
  t.field({
    type: ChannelEvent,
    shareable: true,
    description:
      "Events of all the viewer's channels on one subscription, those joined later included, each from the viewer's own MemberJoined, or from its ChannelCreated for a first member, who has none. Each channel listed in `after` starts with what the client missed there; the others start live. A listed channel that the viewer has left is ignored. So as not to miss a channel joined while away: subscribe, then list `viewer.channels`, and open what is new with `channel(id:, after: 0)`.",
    args: {
      after: t.arg({
        type: [ChannelPosition],
        required: false,
        description: 'How far the client has come, at most 1,000 positions.',
      }),
    },
    subscribe: (_, { after }, { loaders, services, connection }) =>
      services.timeline.inbox(loaders.viewer, {
        after: positions(after ?? []),
        overflow: connection.overflow,
      }),
    resolve: (event) => event,
  }),
);
