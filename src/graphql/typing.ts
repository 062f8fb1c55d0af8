import { builder } from './builder.ts';
import * as ids from './ids.ts';
import { actor } from './viewer.ts';

const SetTypingInput = builder.inputType('SetTypingInput', {
  description: 'Whether the viewer types where.',
  fields: (t) => ({
    channelId: t.id({ description: 'A channel that the viewer is a member of.' }),
    typing: t.boolean({
      description: 'True while typing: say it again every 3 seconds or so. False to end it at once.',
    }),
  }),
});

builder.mutationField('setTyping', (t) =>
  t.boolean({
    nullable: true,
    description:
      'Tells the others that the viewer types. True once they have been told; nothing is kept, and it ends after 6 seconds.',
    args: { input: t.arg({ type: SetTypingInput, description: 'Whether the viewer types where.' }) },
    resolve: async (_, { input: { channelId, typing } }, context) => {
      const viewer = actor(context);
      await context.services.typing.set(viewer, { channelId: ids.channelId(channelId), typing });
      return true;
    },
  }),
);
