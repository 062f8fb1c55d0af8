import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change, refusalCode } from '../support/change.ts';
import { codeOf, run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { type Person, signUpAll } from '../support/person.ts';

interface Line {
  readonly line: number;
  readonly at: string;
  readonly channel: string;
  readonly author: string;
  readonly text: string;
}
interface Imported {
  readonly imported: number;
  readonly repeated: number;
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
}

const IMPORT_TOKEN = 'an import token';
const CHANNELS = `{ viewer { channels(first: 10) { edges { node { name members { totalCount edges { node { role user { handle name } } } }
  messages { edges { node { text createdAt sender { handle } } } } } } } } }`;

let node: Node;
let handles = 0;

beforeAll(async () => {
  node = await startNode({ env: { IMPORT_TOKEN } });
});
afterAll(() => node[Symbol.asyncDispose]());

const person = async () => (await signUpAll(node.url, [`importer-${handles++}`]))[0] as Person;
const line = (number: number, more: Partial<Line> = {}): Line => ({
  ...{ line: number, at: `2014-01-02T18:15:${String(number % 60).padStart(2, '0')}Z`, channel: 'tea' },
  ...{ author: 'Grace', text: `line ${number}` },
  ...more,
});
const input = (lines: readonly Line[], more: object = {}) => ({
  ...{ importToken: IMPORT_TOKEN, file: 'old.jsonl', lines },
  ...more,
});
const bring = (by: Person, lines: readonly Line[]) =>
  change<Imported>('importMessages', { url: node.url, by, input: input(lines) });

describe('an import', () => {
  it('makes users, groups and messages with their own times, once', async () => {
    const by = await person();
    const lines = [line(1), line(2, { author: 'linus' }), line(3, { channel: 'coffee' })];
    expect(await bring(by, lines)).toEqual({ imported: 3, repeated: 0, skipped: [] });
    expect(await bring(by, [...lines, line(4)])).toEqual({ imported: 1, repeated: 3, skipped: [] });
    const { viewer } = await run<{ viewer: { channels: { edges: readonly { node: { name: string } }[] } } }>(
      node.url,
      by.token,
      CHANNELS,
    );
    const tea = viewer.channels.edges.find((edge) => edge.node.name === 'tea')?.node;
    expect(tea).toMatchObject({
      members: {
        totalCount: 3,
        edges: [
          { node: { role: 'OWNER', user: { handle: by.handle } } },
          { node: { role: 'MEMBER', user: { handle: 'grace', name: 'Grace' } } },
          { node: { role: 'MEMBER', user: { handle: 'linus', name: 'linus' } } },
        ],
      },
      messages: {
        edges: [
          { node: { text: 'line 1', createdAt: '2014-01-02T18:15:01.000Z', sender: { handle: 'grace' } } },
          { node: { text: 'line 2', createdAt: '2014-01-02T18:15:02.000Z', sender: { handle: 'linus' } } },
          { node: { text: 'line 4', createdAt: '2014-01-02T18:15:04.000Z', sender: { handle: 'grace' } } },
        ],
      },
    });
  });

  it('leaves out what can be no message, and says why', async () => {
    const by = await person();
    const { imported, skipped } = await bring(by, [
      line(1, { author: 'a b' }),
      line(2, { text: ' ' }),
      line(3, { text: 'x'.repeat(8_001) }),
      line(4, { channel: ' ' }),
      line(5),
      // Two lines of one number were a CONFLICT that ended the import of all.
      line(5, { text: 'another' }),
    ]);
    expect(imported).toBe(1);
    expect(skipped.map((one) => one.line)).toEqual([1, 2, 3, 4, 5]);
  });

  it('seats 100, the importer among them', async () => {
    const by = await person();
    const lines = Array.from({ length: 101 }, (_, index) => line(index + 1, { author: `seat-${index}` }));
    const { imported, skipped } = await bring(by, lines);
    expect(imported).toBe(99);
    expect(skipped.map((one) => one.line)).toEqual([100, 101]);
  });

  it('makes accounts that nobody can log in to, and writes for one that is there', async () => {
    const [by, ada] = (await signUpAll(node.url, ['importer', 'ada'])) as [Person, Person];
    await bring(by, [line(1, { author: 'Ada' }), line(2, { author: 'ghost' })]);
    const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken } }';
    for (const password of ['', 'null', 'password']) {
      expect(await codeOf(node.url, null, LOG_IN, { input: { handle: 'ghost', password } })).toBe('UNAUTHENTICATED');
    }
    const own = await run<{ viewer: { channels: { edges: readonly object[] } } }>(node.url, ada.token, CHANNELS);
    expect(own.viewer.channels.edges).toHaveLength(1);
  });

  // A second run gave a seat to every author of the file.
  it('does not bring back who has left and says nothing new', async () => {
    const by = await person();
    const leaver = await person();
    const channelsOf = async () =>
      (
        await run<{ viewer: { channels: { edges: readonly { node: { id: string } }[] } } }>(
          node.url,
          leaver.token,
          '{ viewer { channels(first: 10) { edges { node { id } } } } }',
        )
      ).viewer.channels.edges.map((edge) => edge.node.id);
    const lines = [line(1), line(2, { author: leaver.handle })];
    await bring(by, lines);
    const [channelId = ''] = await channelsOf();
    await change('leaveChannel', { url: node.url, by: leaver, input: { channelId } });
    expect(await bring(by, lines)).toEqual({ imported: 0, repeated: 2, skipped: [] });
    expect(await channelsOf()).toEqual([]);
    expect(await bring(by, [...lines, line(3, { author: leaver.handle })])).toMatchObject({ imported: 1, repeated: 2 });
    expect(await channelsOf()).toEqual([channelId]);
  });

  it('is refused without the token, with too many lines, and from a file with a long name', async () => {
    const by = await person();
    const refused = (more: object, lines = [line(1)]) =>
      refusalCode('importMessages', { url: node.url, by, input: input(lines, more) });
    expect(await refused({ importToken: 'wrong' })).toBe('FORBIDDEN');
    expect(await refused({ importToken: '' })).toBe('FORBIDDEN');
    const lines = Array.from({ length: 1_001 }, (_, index) => line(index + 1));
    expect(await refused({}, lines)).toBe('BAD_USER_INPUT lines');
    // It named the nonce, which no client gives.
    expect(await refused({ file: 'x'.repeat(63) })).toBe('BAD_USER_INPUT file');
    expect(await refused({}, [line(1, { at: 'yesterday' })])).toBe('BAD_USER_INPUT at');
  });

  it('is refused by a node that was started without a token', async () => {
    await using closed = await startNode();
    const [by] = (await signUpAll(closed.url, ['ada'])) as [Person];
    for (const importToken of ['', IMPORT_TOKEN]) {
      const given = { url: closed.url, by, input: input([line(1)], { importToken }) };
      expect(await refusalCode('importMessages', given)).toBe('FORBIDDEN');
    }
  });
});
