import { isChannelId, isMessageId, isUserId } from '../domain/identifier.ts';
import { builder } from './builder.ts';
import { Node } from './refs.ts';

Node.implement({
  description: 'Whatever can be found again by its id alone: a User, a Channel or a Message.',
  fields: (t) => ({
    id: t.exposeID('id', {
      shareable: true,
      description:
        'Unique among all things of all types, and the same for ever. Opaque: compare it, keep it, do not take it apart.',
    }),
  }),
  resolveType: ({ id }) => (isUserId(id) ? 'User' : isChannelId(id) ? 'Channel' : 'Message'),
});

builder.queryField('node', (t) =>
  t.field({
    type: Node,
    nullable: true,
    description:
      'The thing of that id; null when there is none, or when it is a channel, or a message of a channel, that the viewer is not a member of. Messages of EPHEMERAL channels are not kept and are never found.',
    args: { id: t.arg.id({ description: 'As the `id` of any Node was given out.' }) },
    resolve: async (_, { id }, { loaders, services }) => {
      const { viewer } = loaders;
      if (isUserId(id)) return loaders.user(id);
      if (isChannelId(id)) return services.channels.find(viewer, id);
      return isMessageId(id) ? loaders.messages.load(id) : null;
    },
  }),
);
