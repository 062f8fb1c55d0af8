// The chat that every Node peer serves: one schema, one store in memory, no users to log in, nothing kept.
export const typeDefs = /* GraphQL */ `
  type User {
    id: ID!
    name: String!
  }
  type Message {
    id: ID!
    channelId: ID!
    text: String!
    createdAt: String!
    sender: User!
  }
  type Query {
    messages(channelId: ID!): [Message!]!
  }
  type Mutation {
    sendMessage(channelId: ID!, text: String!): Message!
  }
  type Subscription {
    messageAdded(channelId: ID!): Message!
  }
`;

const USERS = 10;
const MESSAGES_KEPT = 50;

const users = new Map(Array.from({ length: USERS }, (_, id) => [`${id}`, { id: `${id}`, name: `User ${id}` }]));
const channels = new Map();
let messages = 0;

export const findUser = (id) => users.get(id);
export const listMessages = (channelId) => channels.get(channelId) ?? [];

export function addMessage(channelId, text) {
  messages += 1;
  const id = `${process.pid}-${messages}`;
  const message = { id, channelId, text, createdAt: new Date().toISOString(), senderId: `${messages % USERS}` };
  const list = channels.get(channelId) ?? [];
  channels.set(channelId, list);
  list.push(message);
  if (list.length > MESSAGES_KEPT) list.shift();
  return message;
}

export const address = { port: Number(process.env.PORT), host: '127.0.0.1' };
