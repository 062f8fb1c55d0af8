import type { DialectName } from './dialects/dialects.ts';
import type { OperationIds } from './load/job.ts';

export type ProgramName =
  | 'parley'
  | 'cluster'
  | 'bare'
  | 'raw'
  | 'raw-stored'
  | 'yoga'
  | 'apollo'
  | 'mercurius'
  | 'gqlgen'
  | 'centrifugo';

/** One way of using one server. */
export interface Target {
  readonly title: string;
  readonly program: ProgramName;
  readonly dialect: DialectName;
  readonly operationIds: OperationIds;
}

const peer = (title: string, program: ProgramName, operationIds: OperationIds = 'uuid'): Target => ({
  ...{ title, program, operationIds },
  dialect: 'graphql-peer',
});

export const TARGETS = {
  parley: { title: 'Parley', program: 'parley', dialect: 'parley-channel', operationIds: 'uuid' },
  'parley-counted': {
    title: 'Parley, counted ids',
    program: 'parley',
    dialect: 'parley-channel',
    operationIds: 'counted',
  },
  'parley-inbox': { title: 'Parley, inbox', program: 'parley', dialect: 'parley-inbox', operationIds: 'uuid' },
  'parley-inbox-counted': {
    title: 'Parley, inbox, counted ids',
    program: 'parley',
    dialect: 'parley-inbox',
    operationIds: 'counted',
  },
  raw: peer('raw ws', 'raw'),
  'raw-counted': peer('raw ws, counted ids', 'raw', 'counted'),
  'raw-stored': peer('raw ws, stores first', 'raw-stored'),
  'raw-stored-counted': peer('raw ws, stores first, counted ids', 'raw-stored', 'counted'),
  yoga: peer('graphql-yoga + graphql-ws', 'yoga'),
  apollo: peer('Apollo Server + graphql-ws', 'apollo'),
  mercurius: peer('Mercurius', 'mercurius'),
  gqlgen: peer('gqlgen (Go)', 'gqlgen'),
  centrifugo: {
    title: 'Centrifugo (Go, no GraphQL)',
    program: 'centrifugo',
    dialect: 'centrifugo',
    operationIds: 'uuid',
  },
  'parley-cluster': {
    title: 'Parley on a cluster',
    program: 'cluster',
    dialect: 'parley-channel',
    operationIds: 'uuid',
  },
  bare: { title: 'bare Kafka and Cassandra', program: 'bare', dialect: 'parley-channel', operationIds: 'uuid' },
} satisfies Record<string, Target>;

export type TargetName = keyof typeof TARGETS;
export const TARGET_NAMES = Object.keys(TARGETS) as readonly TargetName[];
export const targetOf = (name: TargetName): Target => TARGETS[name];
export const isParley = (name: TargetName): boolean => ['parley', 'cluster'].includes(TARGETS[name].program);
