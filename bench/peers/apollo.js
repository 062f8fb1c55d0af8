// Apollo Server, graphql-subscriptions and graphql-ws, as Apollo's documentation of subscriptions has them.
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import express from 'express';
import { PubSub } from 'graphql-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { addMessage, address, findUser, listMessages, typeDefs } from './chat.js';

const pubsub = new PubSub();
pubsub.ee.setMaxListeners(0);

const schema = makeExecutableSchema({
  typeDefs,
  resolvers: {
    Query: { messages: (_, { channelId }) => listMessages(channelId) },
    Mutation: {
      async sendMessage(_, { channelId, text }) {
        const message = addMessage(channelId, text);
        await pubsub.publish(`messageAdded:${channelId}`, { messageAdded: message });
        return message;
      },
    },
    Subscription: {
      messageAdded: { subscribe: (_, { channelId }) => pubsub.asyncIterableIterator(`messageAdded:${channelId}`) },
    },
    Message: { sender: (message) => findUser(message.senderId) },
  },
});

const app = express();
const httpServer = createServer(app);
const cleanup = useServer({ schema }, new WebSocketServer({ server: httpServer, path: '/graphql' }));
const server = new ApolloServer({
  schema,
  csrfPrevention: true,
  plugins: [
    ApolloServerPluginDrainHttpServer({ httpServer }),
    { serverWillStart: async () => ({ drainServer: () => cleanup.dispose() }) },
  ],
});
await server.start();
app.use('/graphql', express.json(), expressMiddleware(server));
httpServer.listen(address);
