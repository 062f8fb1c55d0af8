import type { Client } from '../../src/client/client.ts';
import { createClient } from '../../src/client/index.ts';
import type { ClientOptions } from '../../src/client/options.ts';
import { PASSWORD } from '../support/person.ts';
import { until } from '../support/until.ts';

/** Somebody new, connected. */
export async function enter(url: string, handle: string, options: ClientOptions = {}): Promise<Client> {
  const client = createClient({ url, ...options });
  await client.signUp({ handle, name: handle, password: PASSWORD });
  await live(client);
  return client;
}

export const live = (client: Client, withinMs = 20_000): Promise<boolean> =>
  until('the client to be live', () => client.connection.get().status === 'live', withinMs);

/** What a client shows of a channel: texts, with what is not simply sent marked. */
export const shown = (client: Client, channelId: string): readonly string[] =>
  client
    .channel(channelId)
    .messages.get()
    .items.map(({ text, status, deletedAt }) => {
      if (deletedAt !== null) return '(deleted)';
      return status === 'sent' ? text : `${text} (${status})`;
    });

export function shows(
  client: Client,
  channelId: string,
  texts: readonly string[],
  withinMs = 20_000,
): Promise<boolean> {
  let last: readonly string[] = [];
  return until(
    `the list to be ${texts.join(', ')}`,
    () => {
      last = shown(client, channelId);
      return JSON.stringify(last) === JSON.stringify(texts);
    },
    withinMs,
  ).catch((error: Error) => {
    throw new Error(`${error.message}\nbut it is ${last.join(', ')}`);
  });
}
