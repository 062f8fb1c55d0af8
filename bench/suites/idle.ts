import { EMPTY_GROUPS } from '../seed/plan.ts';
import { isParley, type TargetName } from '../targets.ts';
import type { Suite } from './suite.ts';

const MEMBERS = 100;
const TARGETS: readonly TargetName[] = [
  'parley',
  'parley-inbox',
  'raw',
  'yoga',
  'apollo',
  'mercurius',
  'gqlgen',
  'centrifugo',
];

export const IDLE: Suite = {
  title: 'Idle',
  about:
    'Sockets that are connected, subscribed and silent; Parley’s are authenticated and online. Memory is what the process grew by since ' +
    'before the first socket, a while after the last, garbage not forced out. A message to each member afterwards shows that all were there.',
  tables: [
    {
      ...{ name: 'sockets', title: 'Sockets held', cases: { idle: '' } },
      columns: ['residentPerSocketKilobytes', 'sockets', 'idleCores', 'connectCpuPerSocketMicros', 'connectMillis'],
      chart: 'residentPerSocketKilobytes',
    },
  ],
  trials: (scale) =>
    TARGETS.map((target) => {
      const [groups, seconds] = isParley(target)
        ? [scale.idleGroups, scale.idleSeconds]
        : [scale.peersIdleGroups, scale.peersIdleSeconds];
      return {
        ...{ case: 'idle', target, seconds: seconds + 5 },
        plan: { ...EMPTY_GROUPS, groups, membersPerGroup: MEMBERS },
        job: () => ({ kind: 'hold', membersPerGroup: MEMBERS, seconds }),
      };
    }),
};
