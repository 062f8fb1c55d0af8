import type { Seen } from './checker.ts';
import { run } from './graphql.ts';
import type { Person } from './person.ts';

interface Page {
  readonly channel: {
    readonly messages: {
      readonly edges: readonly { readonly node: Required<Seen> }[];
      readonly pageInfo: {
        readonly hasPreviousPage: boolean;
        readonly hasNextPage: boolean;
        readonly startCursor: string | null;
        readonly endCursor: string | null;
      };
    };
  };
}

const FIELDS = `edges { node { id sequence text } } pageInfo { hasPreviousPage hasNextPage startCursor endCursor }`;
const BACK = `query ($id: ID!, $before: String) { channel(id: $id) { messages(last: 100, before: $before) { ${FIELDS} } } }`;
const FORWARD = `query ($id: ID!, $after: String) { channel(id: $id) { messages(first: 100, after: $after) { ${FIELDS} } } }`;

/** All messages, oldest first, by scrolling back from the newest. */
export async function scrollBack(url: string, { token }: Person, id: string): Promise<readonly Seen[]> {
  const pages: (readonly Seen[])[] = [];
  for (let before: string | null = null; ; ) {
    const { messages }: Page['channel'] = (await run<Page>(url, token, BACK, { id, before })).channel;
    pages.unshift(messages.edges.map(({ node }) => node));
    if (!messages.pageInfo.hasPreviousPage) return pages.flat();
    before = messages.pageInfo.startCursor;
  }
}

/** The same by scrolling forward from the oldest. */
export async function scrollForward(url: string, { token }: Person, id: string): Promise<readonly Seen[]> {
  const all: Seen[] = [];
  for (let after: string | null = null; ; ) {
    const { messages }: Page['channel'] = (await run<Page>(url, token, FORWARD, { id, after })).channel;
    all.push(...messages.edges.map(({ node }) => node));
    if (!messages.pageInfo.hasNextPage) return all;
    after = messages.pageInfo.endCursor;
  }
}
