import { graphql } from 'relay-runtime';

/** What the Relay compiler reads. With its plugin for Babel or SWC these stand where they are used; without one its output is imported. */

export const message = graphql`
  fragment operations_message on Message {
    __typename
    id
    sequence
    text
    createdAt
    editedAt
    deletedAt
    sender {
      __typename
      id
      name
    }
  }
`;

export const history = graphql`
  query operationsHistoryQuery($id: ID!, $before: String) {
    channel(id: $id) {
      id
      messages(last: 20, before: $before) @connection(key: "chat_messages") {
        __id
        edges {
          node {
            ...operations_message @relay(mask: false)
          }
        }
        pageInfo {
          hasPreviousPage
          startCursor
        }
      }
    }
  }
`;

export const events = graphql`
  subscription operationsEventsSubscription($id: ID!, $after: Int!, $connections: [ID!]!) {
    channel(id: $id, after: $after) {
      sequence
      ... on MessageSent {
        message @appendNode(connections: $connections, edgeTypeName: "MessageEdge") {
          ...operations_message @relay(mask: false)
        }
      }
      ... on MessageEdited {
        message {
          ...operations_message @relay(mask: false)
        }
      }
      ... on MessageDeleted {
        message {
          ...operations_message @relay(mask: false)
        }
      }
    }
  }
`;

export const send = graphql`
  mutation operationsSendMutation($input: SendMessageInput!, $connections: [ID!]!) @raw_response_type {
    sendMessage(input: $input) {
      message @appendNode(connections: $connections, edgeTypeName: "MessageEdge") {
        ...operations_message @relay(mask: false)
      }
    }
  }
`;
