import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change } from '../support/change.ts';
import { codeOf, run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, send, signUpAll } from '../support/person.ts';

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly sequence: number } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}
interface Range {
  readonly first?: number;
  readonly after?: string;
  readonly last?: number;
  readonly before?: string;
}

const QUERY = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { channel(id: $id) {
  messages(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { sequence } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
} }`;

/** Sequences of messages; 4 and 8 are an edit and a member that joined. */
const SEQUENCES = [1, 2, 3, 5, 6, 7, 9, 10];

let node: Node;
let ada: Person;
let channelId: string;
let cursors: ReadonlyMap<number, string>;

beforeAll(async () => {
  node = await startNode();
  const [owner, bob] = (await signUpAll(node.url, ['ada', 'bob'])) as [Person, Person];
  ada = owner;
  channelId = await createGroup(node.url, ada, []);
  const given = { url: node.url, by: ada };
  for (const sequence of SEQUENCES) {
    const { id } = await send(node.url, ada, channelId, `message ${sequence}`);
    if (sequence === 3) await change('editMessage', { ...given, input: { messageId: id, text: 'edited' } });
    if (sequence === 7) await change('addMembers', { ...given, input: { channelId, userIds: [bob.id] } });
  }
  cursors = new Map((await page({ first: 100 })).edges.map(({ cursor, node: { sequence } }) => [sequence, cursor]));
});
afterAll(() => node[Symbol.asyncDispose]());

const page = async (range: Range): Promise<Page> =>
  (await run<{ channel: { messages: Page } }>(node.url, ada.token, QUERY, { id: channelId, ...range })).channel
    .messages;

const at = (sequence: number): string => cursors.get(sequence) ?? '';

describe('history', () => {
  it.each<[string, () => Range, readonly number[], boolean, boolean]>([
    ['nothing', () => ({}), SEQUENCES, false, false],
    ['first', () => ({ first: 3 }), [1, 2, 3], false, true],
    ['all by first', () => ({ first: 8 }), SEQUENCES, false, false],
    ['all but one by first', () => ({ first: 7 }), SEQUENCES.slice(0, 7), false, true],
    ['first after', () => ({ first: 3, after: at(3) }), [5, 6, 7], true, true],
    ['first after, to the end', () => ({ first: 3, after: at(6) }), [7, 9, 10], true, false],
    ['after alone', () => ({ after: at(7) }), [9, 10], true, false],
    ['first after the last', () => ({ first: 3, after: at(10) }), [], true, false],
    ['last', () => ({ last: 3 }), [7, 9, 10], true, false],
    ['all by last', () => ({ last: 8 }), SEQUENCES, false, false],
    ['all but one by last', () => ({ last: 7 }), SEQUENCES.slice(1), true, false],
    ['last before', () => ({ last: 3, before: at(7) }), [3, 5, 6], true, true],
    ['last before, to the beginning', () => ({ last: 3, before: at(5) }), [1, 2, 3], false, true],
    ['before alone', () => ({ before: at(3) }), [1, 2], false, true],
    ['last before the first', () => ({ last: 3, before: at(1) }), [], false, true],
    // Of a range what lies outside it is a previous or next page too.
    ['a range', () => ({ after: at(2), before: at(7) }), [3, 5, 6], true, true],
    ['first of a range', () => ({ first: 2, after: at(2), before: at(7) }), [3, 5], true, true],
    ['last of a range', () => ({ last: 2, after: at(2), before: at(7) }), [5, 6], true, true],
    ['first before', () => ({ first: 2, before: at(3) }), [1, 2], false, true],
    ['last after', () => ({ last: 2, after: at(7) }), [9, 10], true, false],
    ['an empty range', () => ({ after: at(7), before: at(3) }), [], true, true],
  ])('by %s', async (_, range, sequences, hasPreviousPage, hasNextPage) => {
    const { edges, pageInfo } = await page(range());
    expect(edges.map(({ node: { sequence } }) => sequence)).toEqual(sequences);
    expect(pageInfo).toEqual({
      hasPreviousPage,
      hasNextPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    });
  });

  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{ first: 0 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ last: 0 }, 'last'],
    [{ last: 101 }, 'last'],
    [{ first: 1, last: 1 }, 'last'],
    [{ after: '' }, 'after'],
    [{ after: 'x' }, 'after'],
    [{ before: 'bWVzc2FnZToxOjE' }, 'before'],
    [{ first: 2 ** 31 }, 'first'],
    [{ first: 1.5 }, 'first'],
  ])('takes no %j', async (range, field) => {
    expect(await codeOf(node.url, ada.token, QUERY, { id: channelId, ...range })).toBe(`BAD_USER_INPUT ${field}`);
  });

  it('takes no cursor of another connection', async () => {
    const MEMBERS =
      'query ($id: ID!, $after: String) { channel(id: $id) { members(after: $after) { edges { cursor } } } }';
    expect(await codeOf(node.url, ada.token, MEMBERS, { id: channelId, after: at(1) })).toBe('BAD_USER_INPUT after');
  });

  it('gives a message by its sequence, and null where there is none', async () => {
    const AT = 'query ($id: ID!, $sequence: Int!) { channel(id: $id) { head message(sequence: $sequence) { text } } }';
    const messageAt = (sequence: number) => run(node.url, ada.token, AT, { id: channelId, sequence });
    expect(await messageAt(3)).toEqual({ channel: { head: 10, message: { text: 'edited' } } });
    for (const sequence of [-1, 0, 4, 8, 11, 2 ** 31 - 1]) {
      expect(await messageAt(sequence)).toEqual({ channel: { head: 10, message: null } });
    }
  });

  it('is read by a member from before they joined', async () => {
    const { viewer } = await run<{ viewer: { channels: { edges: readonly { node: { unread: number } }[] } } }>(
      node.url,
      ada.token,
      '{ viewer { channels { edges { node { unread } } } } }',
    );
    expect(viewer.channels.edges).toEqual([{ node: { unread: 0 } }]);
  });
});
