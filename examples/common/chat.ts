import type { Session } from './session.ts';

/** What each of these clients makes: one channel, as people see it. */
export interface Chat {
  /** Oldest first; what is on its way comes last. */
  readonly messages: readonly Message[];
  readonly hasOlder: boolean;
  loadOlder(): Promise<void>;
  /** Resolves when the server has it. It is among the messages at once. */
  send(text: string): Promise<void>;
  /** Calls the listener when the messages change. */
  watch(listener: () => void): void;
  close(): void;
}

export interface ChatOptions {
  readonly session: Session;
  readonly channelId: string;
}

export interface Message {
  readonly __typename: 'Message';
  readonly id: string;
  /** Null while it is on its way. */
  readonly sequence: number | null;
  readonly text: string;
  readonly createdAt: string;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
  readonly sender: { readonly __typename: 'User'; readonly id: string; readonly name: string };
}

/** Where a subscription has to begin, so that it misses nothing of what these messages leave out. */
export const newestSequence = (messages: readonly Message[]): number =>
  Math.max(0, ...messages.map(({ sequence }) => sequence ?? 0));

/** What stands in for a message until the server answers with it. Its id says what was known when it was written. */
export function pendingMessage(text: string, nonce: string, { viewer }: Session, known: readonly Message[]): Message {
  return {
    __typename: 'Message',
    id: `pending:${newestSequence(known)}:${nonce}`,
    sequence: null,
    text,
    createdAt: new Date().toISOString(),
    editedAt: null,
    deletedAt: null,
    sender: { __typename: 'User', id: viewer.id, name: viewer.name },
  };
}

/** In order. A message can be heard of before its answer comes: then what stands in for it is left out. */
export function inOrder(messages: readonly Message[]): readonly Message[] {
  const sent = messages.filter(({ sequence }) => sequence !== null);
  const pending = messages.filter(
    (message) => message.sequence === null && !sent.some((other) => isEcho(message, other)),
  );
  return [...sent.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0)), ...pending];
}

function isEcho({ id, text, sender }: Message, other: Message): boolean {
  const known = Number(id.split(':')[1]);
  return (other.sequence ?? 0) > known && other.text === text && other.sender.id === sender.id;
}
