import { assertSchema, type GraphQLSchema, lexicographicSortSchema, printSchema as print } from 'graphql';

const MODULE = new URL('../src/graphql/schema.ts', import.meta.url);

/** The schema as the code builds it now. */
export async function loadSchema(): Promise<GraphQLSchema> {
  const { schema }: { readonly schema?: unknown } = await import(MODULE.href);
  return assertSchema(schema);
}

/** Sorted by name, so that a diff shows what changed and not what moved. */
export async function printSchema(): Promise<string> {
  return `${print(lexicographicSortSchema(await loadSchema()))}\n`;
}
