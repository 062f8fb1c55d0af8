import SchemaBuilder from '@pothos/core';
import type { Context } from './context.ts';

/** What a field with pages says of itself, so that its cost is known before it runs. */
export interface PageSize {
  /** The arguments that ask for a size, in the order in which they are looked at. */
  readonly argumentNames: readonly string[];
  /** Without any of them. */
  readonly sizeDefault: number;
  readonly sizeMax: number;
}

export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultInputFieldRequiredness: true;
  Scalars: {
    ID: { Input: string; Output: string };
    /** Milliseconds since 1970. */
    DateTime: { Input: number; Output: number };
  };
}>({ defaultFieldNullability: false, defaultInputFieldRequiredness: true });

builder.queryType({ description: 'Reading. Everything but introspection needs a valid access token.' });

builder.mutationType({
  description:
    'Root fields are nullable so that one that fails does not take the others of the same operation with it. They run one after the other. All but signUp, logIn and refreshSession need a valid access token.',
});

builder.subscriptionType({
  description:
    'What happens, as it happens. Each takes a valid access token when it starts, and ends when the session is logged out or the socket closes.',
});
