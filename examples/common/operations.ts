import type { Message } from './chat.ts';

export interface HistoryData {
  readonly channel: {
    readonly messages: {
      readonly edges: readonly { readonly cursor: string; readonly node: Message }[];
      readonly pageInfo: { readonly hasPreviousPage: boolean; readonly startCursor: string | null };
    };
  } | null;
}

export interface HistoryVariables {
  readonly id: string;
  readonly before?: string | null;
}

export interface EventsData {
  readonly channel: { readonly message?: Message };
}

export interface EventsVariables {
  readonly id: string;
  readonly after: number;
}

export interface SendData {
  readonly sendMessage: { readonly message: Message };
}

export interface SendVariables {
  readonly input: { readonly channelId: string; readonly text: string; readonly nonce: string };
}

/** The events that are asked for, so that a cache knows which part of a document is theirs. */
export const POSSIBLE_TYPES = { ChannelEvent: ['MessageSent', 'MessageEdited', 'MessageDeleted'] };

const MESSAGE = /* GraphQL */ `
  fragment MessageParts on Message {
    id
    sequence
    text
    createdAt
    editedAt
    deletedAt
    sender {
      id
      name
    }
  }
`;

export const HISTORY = /* GraphQL */ `
  query History($id: ID!, $before: String) {
    channel(id: $id) {
      id
      messages(last: 20, before: $before) {
        edges {
          cursor
          node {
            ...MessageParts
          }
        }
        pageInfo {
          hasPreviousPage
          startCursor
        }
      }
    }
  }
  ${MESSAGE}
`;

/** An edit or a deletion brings the message as it is now: a cache that knows it by its id needs nothing else. */
export const EVENTS = /* GraphQL */ `
  subscription Events($id: ID!, $after: Int!) {
    channel(id: $id, after: $after) {
      sequence
      ... on MessageSent {
        message {
          ...MessageParts
        }
      }
      ... on MessageEdited {
        message {
          ...MessageParts
        }
      }
      ... on MessageDeleted {
        message {
          ...MessageParts
        }
      }
    }
  }
  ${MESSAGE}
`;

export const SEND = /* GraphQL */ `
  mutation Send($input: SendMessageInput!) {
    sendMessage(input: $input) {
      message {
        ...MessageParts
      }
    }
  }
  ${MESSAGE}
`;
