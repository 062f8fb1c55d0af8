import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change, refusalCode } from '../support/change.ts';
import { run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, send, signUp, signUpAll } from '../support/person.ts';

interface Opened {
  readonly channel: { readonly id: string; readonly delivery?: string };
}
interface Listed {
  readonly viewer: {
    readonly channels: {
      readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean };
    };
  };
}

let node: Node;
let ada: Person;
let bob: Person;
let eve: Person;

beforeAll(async () => {
  node = await startNode();
  [ada, bob, eve] = (await signUpAll(node.url, ['ada', 'bob', 'eve'])) as [Person, Person, Person];
});
afterAll(() => node[Symbol.asyncDispose]());

const open = async (by: Person, other: Person, delivery?: string) => {
  const input = { userId: other.id, ...(delivery === undefined ? {} : { delivery }) };
  const select = 'channel { id delivery }';
  return (await change<Opened>('openDirectChannel', { url: node.url, by, input, select })).channel;
};

describe('a direct channel', () => {
  it('is the same for both, whoever asks first, and keeps its first delivery', async () => {
    const opened = await open(ada, bob, 'PUSH_FIRST');
    expect(opened.delivery).toBe('PUSH_FIRST');
    expect(await open(bob, ada, 'EPHEMERAL')).toEqual(opened);
    expect(await open(ada, bob)).toEqual(opened);
  });

  it('is one where both ask at once, again and again', async () => {
    for (let round = 0; round < 5; round += 1) {
      const other = await signUp(node.url, `other-${round}`);
      const opened = await Promise.all([open(ada, other), open(other, ada), open(ada, other), open(other, ada)]);
      expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    }
  });

  it('has two MEMBERs, no name and a head of 0', async () => {
    const { id } = await open(ada, eve);
    const QUERY = `query ($id: ID!) { channel(id: $id) {
      kind name head unread members { totalCount edges { node { role readUpTo user { handle } } } } membership { user { id } }
    } }`;
    expect(await run(node.url, ada.token, QUERY, { id })).toEqual({
      channel: {
        kind: 'DIRECT',
        name: null,
        head: 0,
        unread: 0,
        members: {
          totalCount: 2,
          edges: [
            { node: { role: 'MEMBER', readUpTo: 0, user: { handle: 'ada' } } },
            { node: { role: 'MEMBER', readUpTo: 0, user: { handle: 'eve' } } },
          ],
        },
        membership: { user: { id: ada.id } },
      },
    });
  });

  it('is not with oneself, nor with nobody', async () => {
    const given = { url: node.url, by: ada };
    expect(await refusalCode('openDirectChannel', { ...given, input: { userId: ada.id } })).toBe(
      'BAD_USER_INPUT userId',
    );
    const nobody = `usr_${'A'.repeat(22)}`;
    for (const userId of [nobody, 'x', ada.id.slice(0, -1)]) {
      expect(await refusalCode('openDirectChannel', { ...given, input: { userId } })).toBe('NOT_FOUND userId');
    }
  });

  it('is for good: nobody joins, leaves or is removed', async () => {
    const { id: channelId } = await open(ada, bob);
    const given = { url: node.url, by: ada };
    expect(await refusalCode('addMembers', { ...given, input: { channelId, userIds: [eve.id] } })).toBe(
      'BAD_USER_INPUT channelId',
    );
    expect(await refusalCode('leaveChannel', { ...given, input: { channelId } })).toBe('BAD_USER_INPUT channelId');
    expect(await refusalCode('removeMember', { ...given, input: { channelId, userId: bob.id } })).toBe(
      'BAD_USER_INPUT channelId',
    );
  });
});

describe("a viewer's channels", () => {
  const LIST = `query ($first: Int, $after: String) { viewer { channels(first: $first, after: $after) {
    edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage }
  } } }`;
  const list = async (by: Person, first?: number, after?: string) =>
    (await run<Listed>(node.url, by.token, LIST, { first, after })).viewer.channels;
  const ids = ({ edges }: Listed['viewer']['channels']) => edges.map(({ node: { id } }) => id);

  it('come most recently active first, page by page', async () => {
    const fay = await signUp(node.url, 'fay');
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) made.push(await createGroup(node.url, fay, []));
    // The order is by the millisecond of activity: each has one of its own.
    for (const id of [made[2], made[0]] as string[]) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      await send(node.url, fay, id, 'hello');
    }
    const all = await list(fay);
    expect(ids(all).slice(0, 2)).toEqual([made[0], made[2]]);
    expect(new Set(ids(all))).toEqual(new Set(made));
    expect(all.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false });

    const first = await list(fay, 2);
    expect(first.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false });
    const second = await list(fay, 2, first.edges[1]?.cursor);
    expect(second.pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: true });
    const third = await list(fay, 2, second.edges[1]?.cursor);
    expect(third.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: true });
    expect([...ids(first), ...ids(second), ...ids(third)]).toEqual(ids(all));
  });

  it('are empty for any other user', async () => {
    const QUERY = 'query ($id: ID!) { node(id: $id) { ... on User { channels { edges { cursor } } } } }';
    expect(await run(node.url, eve.token, QUERY, { id: ada.id })).toEqual({ node: { channels: { edges: [] } } });
  });
});
