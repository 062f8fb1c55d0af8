import { builder } from './builder.ts';
import { Delivery } from './channel.ts';
import { ChannelPayload } from './channel-payload.ts';
import * as ids from './ids.ts';
import { actor } from './viewer.ts';

const OpenDirectChannelInput = builder.inputType('OpenDirectChannelInput', {
  description: 'With whom to talk.',
  fields: (t) => ({
    userId: t.id({ description: 'The other user. Oneself is BAD_USER_INPUT.' }),
    delivery: t.field({
      type: Delivery,
      defaultValue: 'PERSIST_FIRST',
      description: 'How messages travel. The delivery first asked for stands, whatever is asked for later.',
    }),
  }),
});

builder.mutationField('openDirectChannel', (t) =>
  t.field({
    type: ChannelPayload,
    nullable: true,
    description: 'The viewer and one other user: the same channel each time, whoever asks first.',
    args: { input: t.arg({ type: OpenDirectChannelInput, description: 'With whom to talk.' }) },
    resolve: (_, { input: { userId, delivery } }, context) => {
      const viewer = actor(context);
      return context.services.channels.openDirect(viewer, { userId: ids.userId(userId, 'userId'), delivery });
    },
  }),
);

const CreateGroupInput = builder.inputType('CreateGroupInput', {
  description: 'A new group, owned by the viewer.',
  fields: (t) => ({
    name: t.string({
      description: '1 to 100 characters, not blank, none that turns the direction of writing. Need not be unique.',
    }),
    memberIds: t.idList({
      description: 'Its first members beside the viewer, who is one in any case. More than 100 in all is GROUP_FULL.',
    }),
    delivery: t.field({ type: Delivery, defaultValue: 'PERSIST_FIRST', description: 'How messages travel, for good.' }),
    nonce: t.string({
      required: false,
      description:
        'Makes a retry safe: the same nonce from the same user gives back the same group. Chosen by the client, 1 to 64 characters: a UUID will do.',
    }),
  }),
});

builder.mutationField('createGroup', (t) =>
  t.field({
    type: ChannelPayload,
    nullable: true,
    description: 'A new group whose owner is the viewer. Its first members take no position: its head is 0.',
    args: { input: t.arg({ type: CreateGroupInput, description: 'The group to make.' }) },
    resolve: (_, { input: { name, memberIds, delivery, nonce } }, context) => {
      const viewer = actor(context);
      const members = memberIds.map((id) => ids.userId(id, 'memberIds'));
      return context.services.channels.createGroup(viewer, {
        name,
        memberIds: members,
        delivery,
        nonce: nonce ?? null,
      });
    },
  }),
);
