import type { GraphQLResolveInfo } from 'graphql';

/** In place of `info`, which nothing here asks for and which takes longer to make than most fields take to resolve. */
export const NO_INFO = new Proxy({} as GraphQLResolveInfo, {
  get(_, property) {
    throw new Error(
      `Resolvers are given no info: ${String(property)} has to come from the source, the arguments or the context`,
    );
  },
});
