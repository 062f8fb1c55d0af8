// Mercurius on Fastify, with its own subscriptions and emitter in memory.
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { addMessage, address, findUser, listMessages, typeDefs } from './chat.js';

const app = Fastify();
app.register(mercurius, {
  schema: typeDefs,
  subscription: true,
  resolvers: {
    Query: { messages: (_, { channelId }) => listMessages(channelId) },
    Mutation: {
      async sendMessage(_, { channelId, text }, { pubsub }) {
        const message = addMessage(channelId, text);
        await pubsub.publish({ topic: `messageAdded:${channelId}`, payload: { messageAdded: message } });
        return message;
      },
    },
    Subscription: {
      messageAdded: { subscribe: (_, { channelId }, { pubsub }) => pubsub.subscribe(`messageAdded:${channelId}`) },
    },
    Message: { sender: (message) => findUser(message.senderId) },
  },
});
await app.listen(address);
