import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change, refusalCode } from '../support/change.ts';
import { codeOf, run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { type Person, signUpAll } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

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
const bring = (by: Person, lines: readonly Line[], more: object = {}) =>
  change<Imported>('importMessages', { url: node.url, by, input: input(lines, more) });

interface Channels {
  readonly viewer: {
    readonly channels: {
      readonly edges: readonly {
        readonly node: {
          readonly name: string;
          readonly messages: { readonly edges: readonly { readonly node: { readonly text: string } }[] };
        };
      }[];
    };
  };
}
/** The texts of each channel, by its name. */
const textsOf = async (by: Person): Promise<Record<string, readonly string[]>> => {
  const { viewer } = await run<Channels>(node.url, by.token, CHANNELS);
  return Object.fromEntries(
    viewer.channels.edges.map((edge) => [edge.node.name, edge.node.messages.edges.map((one) => one.node.text)]),
  );
};

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

  // A line that was known was counted as repeated, whatever its text: the other text was lost without a word.
  it('skips another text in the place of a known line, and says so', async () => {
    const by = await person();
    await bring(by, [line(1), line(2)]);
    const skipped = [{ line: 2, reason: expect.stringMatching(/^CONFLICT: /) }];
    const changed = [line(1), line(2, { text: 'another' }), line(3)];
    expect(await bring(by, changed)).toEqual({ imported: 1, repeated: 1, skipped });
    expect(await textsOf(by)).toEqual({ tea: ['line 1', 'line 2', 'line 3'] });
  });

  // The refusal of one line was that of the batch: whoever imported got CONFLICT, and nobody knew of which line.
  it('takes one of several texts that come for one line at the same time, and tells the others', async () => {
    const by = await person();
    await bring(by, [line(1)]);
    const texts = Array.from({ length: 8 }, (_, index) => `text ${index}`);
    const results = await Promise.all(texts.map((text) => bring(by, [line(2, { text })])));
    expect(results.map(({ imported, skipped }) => imported + skipped.length)).toEqual(texts.map(() => 1));
    expect(results.filter(({ imported }) => imported === 1)).toHaveLength(1);
    expect((await textsOf(by))['tea']).toEqual(['line 1', texts[results.findIndex(({ imported }) => imported === 1)]]);
  });

  it('takes what was edited or deleted since for what it was', async () => {
    const by = await person();
    const lines = [line(1, { author: by.handle }), line(2, { author: by.handle })];
    await bring(by, lines);
    const MESSAGES = '{ viewer { channels(first: 10) { edges { node { messages { edges { node { id } } } } } } } }';
    type Ids = { viewer: { channels: { edges: { node: { messages: { edges: { node: { id: string } }[] } } }[] } } };
    const { viewer } = await run<Ids>(node.url, by.token, MESSAGES);
    const [edited, deleted] = viewer.channels.edges[0]?.node.messages.edges ?? [];
    const changing = { url: node.url, by };
    await change('editMessage', { ...changing, input: { messageId: edited?.node.id, text: 'as it is now' } });
    await change('deleteMessage', { ...changing, input: { messageId: deleted?.node.id } });
    expect(await bring(by, lines)).toEqual({ imported: 0, repeated: 2, skipped: [] });
  });

  it('knows lines by the former name of their file, where text and time are the same', async () => {
    const by = await person();
    await bring(by, [line(1), line(2), line(3)]);
    const lines = [line(1), line(2, { at: '2015-01-02T18:15:02Z' }), line(3, { text: 'of another year' }), line(4)];
    const named = { file: 'a newer name', formerFile: 'old.jsonl' };
    expect(await bring(by, lines, named)).toEqual({ imported: 3, repeated: 1, skipped: [] });
    expect(await bring(by, lines, named)).toEqual({ imported: 0, repeated: 4, skipped: [] });
    expect((await textsOf(by))['tea']).toEqual(['line 1', 'line 2', 'line 3', 'line 2', 'of another year', 'line 4']);
  });

  // ' tea ' was a second group beside 'tea', and a lone surrogate came back as U+FFFD.
  it('takes the names of channels as createGroup does', async () => {
    const by = await person();
    const lines = [line(1), line(2, { channel: ' tea\t' }), line(3), line(4, { channel: 'te\ud83d' })];
    const skipped = [{ line: 4, reason: 'the channel has no fitting name' }];
    expect(await bring(by, lines)).toEqual({ imported: 3, repeated: 0, skipped });
    expect(await bring(by, lines)).toEqual({ imported: 0, repeated: 3, skipped });
    expect(await textsOf(by)).toEqual({ tea: ['line 1', 'line 2', 'line 3'] });
  });

  it('goes on in a group that was made under a name with spaces around it', async () => {
    const by = await person();
    // As it was made when names were not trimmed.
    const made = { name: 'once', memberIds: [], nonce: 'import: tea ' };
    await change('createGroup', { url: node.url, by, input: made });
    await bring(by, [line(1, { channel: ' tea ' }), line(2)]);
    expect(await textsOf(by)).toEqual({ once: ['line 1'], tea: ['line 2'] });
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
    expect(await refused({ formerFile: 'x'.repeat(63) })).toBe('BAD_USER_INPUT formerFile');
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

// Whoever watched an author whom the import seated took them for offline until they next came back.
it('shows who is seated in a group to those who are there', async () => {
  const by = await person();
  const author = await person();
  await bring(by, [line(1, { channel: 'shown', author: 'somebody' })], { file: 'first.jsonl' });
  await using watching = await TestSocket.connect(node.wsUrl, by.token);
  watching.subscribe('1', 'subscription ($ids: [ID!]!) { presence(userIds: $ids) { presence { status } } }', {
    ids: [author.id],
  });
  const seen = () => watching.results<{ readonly presence: { readonly status: string } }>('1', 'presence');
  await using _author = await TestSocket.connect(node.wsUrl, author.token);
  await until('the first state', () => seen().length > 0);
  await bring(by, [line(1, { channel: 'shown', author: author.handle })], { file: 'second.jsonl' });
  await until('the author to be shown', () => seen().at(-1)?.presence.status === 'ONLINE');
});
