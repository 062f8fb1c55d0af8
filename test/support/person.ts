import { setTimeout as delay } from 'node:timers/promises';
import { run } from './graphql.ts';

export interface Person {
  readonly handle: string;
  readonly id: string;
  /** {@link keepLoggedIn} puts a newer one in its place. */
  token: string;
  readonly refreshToken: string;
}

const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken refreshToken viewer { id } } }`;
const LOG_IN = `mutation ($input: LogInInput!) { logIn(input: $input) { accessToken refreshToken viewer { id } } }`;

export const PASSWORD = 'correct horse battery';

interface Granted {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly viewer: { readonly id: string };
}

const personOf = (handle: string, { accessToken, refreshToken, viewer }: Granted): Person => ({
  handle,
  id: viewer.id,
  token: accessToken,
  refreshToken,
});

export async function signUp(url: string, handle: string): Promise<Person> {
  const input = { handle, name: handle, password: PASSWORD };
  return personOf(handle, (await run<{ signUp: Granted }>(url, null, SIGN_UP, { input })).signUp);
}

/** Another device of somebody who has signed up. */
export async function logIn(url: string, handle: string): Promise<Person> {
  const input = { handle, password: PASSWORD };
  return personOf(handle, (await run<{ logIn: Granted }>(url, null, LOG_IN, { input })).logIn);
}

/** Half of what an access token lives. */
const LOG_IN_AGAIN_MS = 7 * 60_000;

/** For what takes longer than an access token lives: everybody logs in again and again, however often the node is away meanwhile. */
export function keepLoggedIn(url: string, people: readonly Person[]): AsyncDisposable {
  const ended = new AbortController();
  const { signal } = ended;
  const pause = (ms: number): Promise<void> => delay(ms, undefined, { signal }).catch(() => {});
  const renew = async (person: Person): Promise<void> => {
    while (!signal.aborted) {
      try {
        person.token = (await logIn(url, person.handle)).token;
        return;
      } catch {
        await pause(100);
      }
    }
  };
  const keeping = (async () => {
    for (;;) {
      await pause(LOG_IN_AGAIN_MS);
      if (signal.aborted) return;
      for (const person of people) await renew(person);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      await keeping;
    },
  };
}

/** A node hashes two passwords at a time, and lets 100 wait. */
const SIGN_UPS_MAX = 50;

/** Several people, side by side. */
export async function signUpAll(url: string, handles: readonly string[]): Promise<readonly Person[]> {
  const people: Person[] = [];
  while (people.length < handles.length) {
    const next = handles.slice(people.length, people.length + SIGN_UPS_MAX);
    people.push(...(await Promise.all(next.map((handle) => signUp(url, handle)))));
  }
  return people;
}

export async function createGroup(
  url: string,
  owner: Person,
  members: readonly Person[],
  delivery: 'PERSIST_FIRST' | 'PUSH_FIRST' | 'EPHEMERAL' = 'PERSIST_FIRST',
): Promise<string> {
  const input = { name: 'A group', memberIds: members.map(({ id }) => id), delivery };
  const created = await run<{ createGroup: { channel: { id: string } } }>(
    url,
    owner.token,
    `mutation ($input: CreateGroupInput!) { createGroup(input: $input) { channel { id } } }`,
    { input },
  );
  return created.createGroup.channel.id;
}

export interface Sent {
  readonly id: string;
  readonly sequence: number | null;
  readonly text: string;
}

export async function send(
  url: string,
  sender: Person,
  channelId: string,
  text: string,
  nonce: string = crypto.randomUUID(),
): Promise<Sent> {
  const sent = await run<{ sendMessage: { message: Sent } }>(
    url,
    sender.token,
    `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id sequence text } } }`,
    { input: { channelId, text, nonce } },
  );
  return sent.sendMessage.message;
}

/** Sends until it is acknowledged, as a client's outbox does: the same again, with the same nonce. */
export async function sendUntilAcknowledged(
  url: string,
  sender: Person,
  channelId: string,
  text: string,
  nonce: string,
): Promise<Sent> {
  for (;;) {
    try {
      return await send(url, sender, channelId, text, nonce);
    } catch {
      await delay(25);
    }
  }
}
