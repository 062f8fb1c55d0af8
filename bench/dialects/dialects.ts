import { CENTRIFUGO } from './centrifugo.ts';
import type { Dialect } from './dialect.ts';
import { GRAPHQL_PEER } from './graphql-peer.ts';
import { PARLEY_CHANNEL, PARLEY_INBOX } from './parley.ts';

export const DIALECTS = {
  'parley-channel': PARLEY_CHANNEL,
  'parley-inbox': PARLEY_INBOX,
  'graphql-peer': GRAPHQL_PEER,
  centrifugo: CENTRIFUGO,
} satisfies Record<string, Dialect>;

export type DialectName = keyof typeof DIALECTS;
