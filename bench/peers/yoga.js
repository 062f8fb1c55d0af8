// graphql-yoga, graphql-ws and ws, as Yoga's documentation of subscriptions has them.
import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { addMessage, address, findUser, listMessages, typeDefs } from './chat.js';

const pubSub = createPubSub();

const yoga = createYoga({
  logging: false,
  graphiql: { subscriptionsProtocol: 'WS' },
  schema: createSchema({
    typeDefs,
    resolvers: {
      Query: { messages: (_, { channelId }) => listMessages(channelId) },
      Mutation: {
        sendMessage(_, { channelId, text }) {
          const message = addMessage(channelId, text);
          pubSub.publish('messageAdded', channelId, message);
          return message;
        },
      },
      Subscription: {
        messageAdded: {
          subscribe: (_, { channelId }) => pubSub.subscribe('messageAdded', channelId),
          resolve: (message) => message,
        },
      },
      Message: { sender: (message) => findUser(message.senderId) },
    },
  }),
});

const server = createServer(yoga);

useServer(
  {
    execute: (args) => args.rootValue.execute(args),
    subscribe: (args) => args.rootValue.subscribe(args),
    onSubscribe: async (ctx, _id, params) => {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...ctx,
        req: ctx.extra.request,
        socket: ctx.extra.socket,
        params,
      });
      const args = {
        schema,
        operationName: params.operationName,
        document: parse(params.query),
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length > 0 ? errors : args;
    },
  },
  new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
);

server.listen(address);
