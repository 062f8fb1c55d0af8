import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Chat, ChatOptions, Message } from './common/chat.ts';
import { enter, type Session } from './common/session.ts';

const USAGE = `node examples/chat.ts CLIENT HANDLE FRIEND [--url URL] [--password PASSWORD]

Two people write to each other in two terminals, each with a GraphQL client of their choice:
  node examples/chat.ts apollo ada bob
  node examples/chat.ts relay bob ada

CLIENT is apollo, urql or relay. Whoever is new is signed up. What is typed is sent; /older scrolls back, /quit ends it.
`;

const CLIENTS: Readonly<Record<string, () => Promise<{ openChat(options: ChatOptions): Promise<Chat> }>>> = {
  apollo: () => import('./apollo/chat.ts'),
  urql: () => import('./urql/chat.ts'),
  relay: () => import('./relay/chat.ts'),
};

const USER = 'query ($handle: String!) { user(handle: $handle) { id } }';
const OPEN =
  'mutation ($input: OpenDirectChannelInput!) { opened: openDirectChannel(input: $input) { channel { id } } }';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'http://localhost:4000' },
    password: { type: 'string', default: 'correct horse battery' },
    help: { type: 'boolean', default: false },
  },
});
const [clientName = '', handle, friend] = positionals;
const load = CLIENTS[clientName];
if (values.help || load === undefined || handle === undefined || friend === undefined) {
  process.stdout.write(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  try {
    const session = await enter(new URL('/graphql', values.url).href, { handle, password: values.password });
    const { openChat } = await load();
    await talk(await openChat({ session, channelId: await openChannel(session, friend) }));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isUnreached = error.message === 'fetch failed';
    process.stderr.write(
      `${isUnreached ? `Nobody answers at ${values.url}: start a node, or name one by --url` : error.message}\n`,
    );
    process.exitCode = 1;
  }
}

/** Waits for a friend who has not signed up yet. */
async function openChannel(session: Session, friend: string): Promise<string> {
  for (let isFirst = true; ; isFirst = false) {
    const { user } = await session.post<{ user: { id: string } | null }>(USER, { handle: friend });
    if (user !== null) {
      const input = { userId: user.id };
      return (await session.post<{ opened: { channel: { id: string } } }>(OPEN, { input })).opened.channel.id;
    }
    if (isFirst) process.stdout.write(`Waiting for ${friend}, who has not signed up yet.\n`);
    await delay(1_000);
  }
}

async function talk(chat: Chat): Promise<void> {
  const printed = new Map<string, string>();
  const print = (): void => {
    for (const message of chat.messages) {
      const line = lineOf(message);
      if (message.sequence !== null && printed.get(message.id) !== line) process.stdout.write(`${line}\n`);
      printed.set(message.id, line);
    }
  };
  chat.watch(print);
  print();
  for await (const line of createInterface({ input: process.stdin })) {
    const text = line.trim();
    if (text === '/quit') break;
    if (text === '/older') await chat.loadOlder();
    else if (text !== '') chat.send(text).catch((error) => process.stdout.write(`Not sent: ${error.message}\n`));
  }
  chat.close();
  // It would be waited for.
  process.stdin.destroy();
}

function lineOf({ sequence, sender, text, editedAt, deletedAt }: Message): string {
  const what = deletedAt === null ? `${text}${editedAt === null ? '' : ' (edited)'}` : '(deleted)';
  return `${String(sequence).padStart(4)}  ${sender.name}: ${what}`;
}
