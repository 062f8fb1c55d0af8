import { LIMITS } from '../config/limits.ts';
import { badInput } from '../domain/error.ts';
import { isUserId } from '../domain/identifier.ts';
import type { WatchedState } from '../services/presence-watch.ts';
import { builder } from './builder.ts';
import { found } from './found.ts';
import { Presence, User } from './refs.ts';
import { DateTime } from './scalars.ts';
import { actor } from './viewer.ts';

const PresenceStatus = builder.enumType('PresenceStatus', {
  description: 'Whether a user can be reached now.',
  values: {
    ONLINE: { description: 'A socket or an event stream of the user is open, or a heartbeat came a moment ago.' },
    OFFLINE: { description: 'None of these, on any device; or the viewer may not know.' },
  } as const,
});

Presence.implement({
  description: 'Whether a user is online, over all the devices of the user.',
  fields: (t) => ({
    status: t.field({
      type: PresenceStatus,
      description: 'At most 5 seconds late, after the time that a user is given to come back.',
      resolve: ({ online }) => (online ? 'ONLINE' : 'OFFLINE'),
    }),
    lastSeenAt: t.expose('lastSeenAt', {
      type: DateTime,
      nullable: true,
      description:
        'When the user was last online: now while ONLINE. Null where that was never, or the viewer may not know.',
    }),
  }),
});

builder.mutationField('heartbeat', (t) =>
  t.field({
    type: Presence,
    nullable: true,
    description:
      'Keeps a viewer without a socket online; a connected socket or event stream does this by itself. Call it every 10 seconds or so.',
    resolve: (_, __, context) => {
      const viewer = actor(context);
      return context.services.presence.heartbeat(viewer);
    },
  }),
);

const PresenceChanged = builder.objectRef<WatchedState>('PresenceChanged').implement({
  description: 'How a user stands from now on.',
  fields: (t) => ({
    user: t.field({
      type: User,
      description: 'Whose presence it is.',
      resolve: ({ userId }, _, { loaders }) => found(loaders.user(userId), 'user'),
    }),
    presence: t.field({ type: Presence, description: 'The state from now on.', resolve: ({ state }) => state }),
    at: t.expose('at', {
      type: DateTime,
      description: 'When the user came or was last seen; for a state that is told at the start, when it was told.',
    }),
  }),
});

builder.subscriptionField('presence', (t) =>
  t.field({
    type: PresenceChanged,
    description:
      'The present state of each user at once, then every change. Only for users who share a channel with the viewer: any other is OFFLINE for as long as that is so. Ids of nobody are passed over.',
    args: { userIds: t.arg.idList({ description: 'At most 100 users, each told of once however often it is named.' }) },
    subscribe: async (_, { userIds }, { loaders, services }) => {
      const { viewer } = loaders;
      const { presenceUsersMax } = LIMITS;
      if (userIds.length > presenceUsersMax) throw badInput('userIds', `At most ${presenceUsersMax} users.`);
      const known = await services.accounts.users(userIds.filter(isUserId));
      return services.presence.watch(viewer, [...known.keys()]);
    },
    resolve: (change) => change,
  }),
);
