import { LIMITS } from '../config/limits.ts';
import { badInput } from '../domain/error.ts';
import { builder, type PageSize } from './builder.ts';

export interface Edge<Record> {
  readonly cursor: string;
  readonly node: Record;
}

export interface Connection<Record> {
  readonly edges: readonly Edge<Record>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

const { pageDefault, pageMax } = LIMITS;

/** What fields with Relay pages have as `extensions`. */
export const PAGES: { readonly pageSize: PageSize } = {
  pageSize: { argumentNames: ['first', 'last'], sizeDefault: pageDefault, sizeMax: pageMax },
};

const PageInfo = builder.objectRef<Connection<unknown>>('PageInfo').implement({
  description: 'Where a page stands in its list.',
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', {
      description: 'Whether the list goes on after this page, in the direction that the list is in.',
    }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
      description: 'Whether there is something in the list before this page.',
    }),
    startCursor: t.string({
      nullable: true,
      description: 'The cursor of the first edge; null in an empty page.',
      resolve: ({ edges }) => edges[0]?.cursor ?? null,
    }),
    endCursor: t.string({
      nullable: true,
      description: 'The cursor of the last edge; null in an empty page.',
      resolve: ({ edges }) => edges.at(-1)?.cursor ?? null,
    }),
  }),
});

/** `ThingConnection` and `ThingEdge` as the Relay specification has them, but for the edge's `node`, which is the caller's to add. */
export function connectionType<Record, Page extends Connection<Record> = Connection<Record>>(
  name: string,
  order: string,
) {
  const edge = builder.objectRef<Edge<Record>>(`${name}Edge`).implement({
    description: `One place in a ${name}Connection.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        description: 'Opaque; names this place for `after` and, where there is one, `before`. Good for ever.',
      }),
    }),
  });
  const connection = builder.objectRef<Page>(`${name}Connection`).implement({
    description: `One page of a list. ${order}`,
    fields: (t) => ({
      edges: t.field({ type: [edge], description: order, resolve: ({ edges }) => edges }),
      pageInfo: t.field({ type: PageInfo, description: 'Where the page stands in the list.', resolve: (page) => page }),
    }),
  });
  return { connection, edge };
}

type Maybe<Value> = Value | null | undefined;

/** The page size asked for. Throws BAD_USER_INPUT outside 1 to 100. */
export function pageSize(size: Maybe<number>, field: 'first' | 'last'): number {
  if (size === null || size === undefined) return pageDefault;
  if (size < 1 || size > pageMax) throw badInput(field, `A page has 1 to ${pageMax}: ${size} is not possible.`);
  return size;
}

/** A page of a list that is at hand in full. */
export function pageOf<Record>(
  list: readonly Record[],
  { first, start, cursorOf }: { first: Maybe<number>; start: number; cursorOf: (record: Record) => string },
): Connection<Record> {
  const end = start + pageSize(first, 'first');
  return {
    edges: list.slice(start, end).map((node) => ({ cursor: cursorOf(node), node })),
    hasNextPage: list.length > end,
    hasPreviousPage: start > 0,
  };
}

/** The index of the first for which it holds, in a list whose items for which it does not all come first. */
export function firstAfter<Record>(list: readonly Record[], isAfter: (record: Record) => boolean): number {
  const index = list.findIndex(isAfter);
  return index === -1 ? list.length : index;
}
