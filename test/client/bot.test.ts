import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { fileStorage } from '../../src/client/file-storage.ts';
import { createClient } from '../../src/client/index.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, send, signUp } from '../support/person.ts';
import { until } from '../support/until.ts';
import { enter, live } from './cast.ts';

describe('a bot', { timeout: 60_000 }, () => {
  let node: Node;
  let directory: string;

  beforeAll(async () => {
    [node, directory] = await Promise.all([startNode(), mkdtemp(join(tmpdir(), 'parley-bot-'))]);
  }, 90_000);
  afterAll(async () => {
    await node?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const listen = (client: Client): string[] => {
    const heard: string[] = [];
    client.onEvent((event) => {
      if (event.__typename === 'MessageSent') heard.push(event.message.text);
    });
    return heard;
  };

  it('hears everything once, also what happens while it does not run, and of channels that it comes into then', async () => {
    const path = join(directory, 'bot.json');
    const options = { url: node.url, storage: fileStorage(path), resume: true };
    const ada = await signUp(node.url, 'ada');
    const first = await enter(node.url, 'bot', options);
    const bot: Person = {
      handle: 'bot',
      id: first.viewer.get()?.id ?? '',
      token: await first.accessToken(),
      refreshToken: '',
    };
    const known = await createGroup(node.url, ada, [bot]);
    const heard = listen(first);
    await send(node.url, ada, known, 'one');
    await send(node.url, ada, known, 'two');
    await until('both', () => heard.length === 2);
    first.close();

    await send(node.url, ada, known, 'three');
    const found = await createGroup(node.url, ada, [bot]);
    for (const text of ['four', 'five']) await send(node.url, ada, found, text);

    const again = createClient({ ...options, storage: fileStorage(path) });
    const heardAgain = listen(again);
    await live(again);
    await send(node.url, ada, known, 'six');
    await until('all', () => heardAgain.length >= 4);
    expect([...heardAgain].sort()).toEqual(['five', 'four', 'six', 'three']);
    expect(heardAgain.indexOf('four')).toBeLessThan(heardAgain.indexOf('five'));
    expect(heardAgain.indexOf('three')).toBeLessThan(heardAgain.indexOf('six'));
    again.close();
    // The session is in it.
    expect((await stat(path)).mode & 0o077).toBe(0);
  });

  it('is told of an event again that it was not done with', async () => {
    const path = join(directory, 'slow.json');
    const options = { url: node.url, storage: fileStorage(path), resume: true };
    const bob = await signUp(node.url, 'bob');
    const slow = await enter(node.url, 'slow', options);
    const channel = await slow.openDirectChannel('bob');
    const begun: string[] = [];
    slow.onEvent(async (event) => {
      if (event.__typename !== 'MessageSent') return;
      begun.push(event.message.text);
      if (event.message.text === 'second') await new Promise(() => {});
    });
    for (const text of ['first', 'second', 'third']) await send(node.url, bob, channel.id, text);
    await until('the second to be begun', () => begun.length === 2);
    slow.close();

    const again = createClient({ ...options, storage: fileStorage(path) });
    const heard = listen(again);
    await until('the rest', () => heard.length === 2);
    expect([begun, heard]).toEqual([
      ['first', 'second'],
      ['second', 'third'],
    ]);
    again.close();
  });

  it('has to say where it keeps what it has heard', () => {
    expect(() => createClient({ url: node.url, resume: true })).toThrow(/storage/);
  });
});
