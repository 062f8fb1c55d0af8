import { builder } from './builder.ts';
import { ChannelPayload } from './channel-payload.ts';
import * as ids from './ids.ts';
import { actor } from './viewer.ts';

const AddMembersInput = builder.inputType('AddMembersInput', {
  description: 'Whom to add to which group.',
  fields: (t) => ({
    channelId: t.id({ description: 'A group that the viewer is a member of.' }),
    userIds: t.idList({ description: 'At least one user. Those who are members already are passed over.' }),
  }),
});

builder.mutationField('addMembers', (t) =>
  t.field({
    type: ChannelPayload,
    nullable: true,
    description:
      'Adds people to a group, all or none: GROUP_FULL where they are more than 100 then. Any member may. Each makes one MemberJoined.',
    args: { input: t.arg({ type: AddMembersInput, description: 'Whom to add where.' }) },
    resolve: (_, { input }, context) => {
      const viewer = actor(context);
      return context.services.memberships.add(viewer, {
        channelId: ids.channelId(input.channelId),
        userIds: input.userIds.map((id) => ids.userId(id, 'userIds')),
      });
    },
  }),
);

const RemoveMemberInput = builder.inputType('RemoveMemberInput', {
  description: 'Whom to remove from which group.',
  fields: (t) => ({
    channelId: t.id({ description: 'A group that the viewer owns.' }),
    userId: t.id({ description: 'The member to remove; not the owner, who leaves with leaveChannel.' }),
  }),
});

builder.mutationField('removeMember', (t) =>
  t.field({
    type: ChannelPayload,
    nullable: true,
    description:
      'Removes somebody from a group. FORBIDDEN for all but its owner. The last event they see is their own MemberLeft.',
    args: { input: t.arg({ type: RemoveMemberInput, description: 'Whom to remove from where.' }) },
    resolve: (_, { input }, context) => {
      const viewer = actor(context);
      return context.services.memberships.remove(viewer, {
        channelId: ids.channelId(input.channelId),
        userId: ids.userId(input.userId, 'userId'),
      });
    },
  }),
);

const LeaveChannelInput = builder.inputType('LeaveChannelInput', {
  description: 'Which group to leave.',
  fields: (t) => ({ channelId: t.id({ description: 'A group that the viewer is a member of.' }) }),
});

builder.mutationField('leaveChannel', (t) =>
  t.field({
    type: ChannelPayload,
    nullable: true,
    description:
      'Leaves a group. An owner hands it on to the longest-standing member. A direct channel can not be left: BAD_USER_INPUT.',
    args: { input: t.arg({ type: LeaveChannelInput, description: 'Which group to leave.' }) },
    resolve: (_, { input }, context) => {
      const viewer = actor(context);
      return context.services.memberships.leave(viewer, { channelId: ids.channelId(input.channelId) });
    },
  }),
);
