import type { Message as MessageFacts } from '../domain/message.ts';
import { builder } from './builder.ts';
import * as ids from './ids.ts';
import { Message } from './refs.ts';
import { actor } from './viewer.ts';

const MessagePayload = builder.objectRef<MessageFacts>('MessagePayload').implement({
  description: 'The message that a mutation was about.',
  fields: (t) => ({
    message: t.field({ type: Message, description: 'As it is now.', resolve: (message) => message }),
  }),
});

const SendMessageInput = builder.inputType('SendMessageInput', {
  description: 'What to say where.',
  fields: (t) => ({
    channelId: t.id({ description: 'A channel that the viewer is a member of.' }),
    text: t.string({ description: 'At most 8,000 characters, not blank.' }),
    nonce: t.string({ description: 'Chosen by the client, 1 to 64 characters: a UUID will do.' }),
    replyTo: t.id({
      required: false,
      description: 'A message of the same channel. Another is BAD_USER_INPUT, as is any in an EPHEMERAL channel.',
    }),
  }),
});

builder.mutationField('sendMessage', (t) =>
  t.field({
    type: MessagePayload,
    nullable: true,
    description:
      'Safe to retry, for ever and on any node: the same nonce from the same sender in the same channel gives back the same message, as it is now. With another text it is CONFLICT. In an EPHEMERAL channel a retry pushes again, with the same message id.',
    args: { input: t.arg({ type: SendMessageInput, description: 'What to say where.' }) },
    resolve: (_, { input: { channelId, text, nonce, replyTo } }, context) => {
      const viewer = actor(context);
      return context.services.messages.send(viewer, {
        channelId: ids.channelId(channelId),
        text,
        nonce,
        replyTo: typeof replyTo === 'string' ? ids.repliedTo(replyTo) : null,
      });
    },
  }),
);

const EditMessageInput = builder.inputType('EditMessageInput', {
  description: 'What a message should say instead.',
  fields: (t) => ({
    messageId: t.id({ description: "One of the viewer's own messages. Another's is FORBIDDEN." }),
    text: t.string({ description: 'At most 8,000 characters, not blank. The same text again changes nothing.' }),
  }),
});

builder.mutationField('editMessage', (t) =>
  t.field({
    type: MessagePayload,
    nullable: true,
    description: "Changes the text of one of the viewer's own messages. One that has been deleted is CONFLICT.",
    args: { input: t.arg({ type: EditMessageInput, description: 'The message and its new text.' }) },
    resolve: (_, { input: { messageId, text } }, context) => {
      const viewer = actor(context);
      return context.services.messages.edit(viewer, { messageId: ids.messageId(messageId), text });
    },
  }),
);

const DeleteMessageInput = builder.inputType('DeleteMessageInput', {
  description: 'Which message to delete.',
  fields: (t) => ({
    messageId: t.id({ description: "One of the viewer's own messages. Another's is FORBIDDEN." }),
  }),
});

builder.mutationField('deleteMessage', (t) =>
  t.field({
    type: MessagePayload,
    nullable: true,
    description:
      "Deletes one of the viewer's own messages for good: its place in the sequence stays, its text is gone, also from events of the past. Again, it changes nothing.",
    args: { input: t.arg({ type: DeleteMessageInput, description: 'The message.' }) },
    resolve: (_, { input: { messageId } }, context) => {
      const viewer = actor(context);
      return context.services.messages.delete(viewer, { messageId: ids.messageId(messageId) });
    },
  }),
);
