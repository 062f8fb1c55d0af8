import { EMPTY_GROUPS } from '../seed/plan.ts';
import type { TargetName } from '../targets.ts';
import type { Suite } from './suite.ts';

const MEMBERS = 100;
const MISSED = 20;
const JITTER_MS = 1_000;
const SECONDS = 20;
const TARGETS: readonly TargetName[] = ['parley', 'parley-inbox'];

export const RESUME: Suite = {
  title: 'Resume storm',
  about:
    'Sockets in groups of 100 are cut at once, miss 20 messages in each group, and come back at random moments of one second, each from ' +
    'where it was. What that takes is compared with the same sockets’ first connect, also within one second. One more group stays, with a ' +
    'message every 40 ms: its longest silence is what others notice.',
  tables: [
    {
      ...{ name: 'storm', title: 'All cut at once, 20 messages behind', cases: { storm: '' } },
      columns: [
        'sockets',
        'connectMillis',
        'caughtUpMillis',
        'livePauseMillis',
        'storeReadsPerChannel',
        'retries',
        'lost',
        'repeated',
      ],
      chart: 'caughtUpMillis',
    },
  ],
  trials: ({ stormGroups }) =>
    TARGETS.map((target) => ({
      ...{ case: 'storm', target, seconds: SECONDS },
      plan: { ...EMPTY_GROUPS, groups: stormGroups + 1, membersPerGroup: MEMBERS },
      job: () => ({ kind: 'storm', membersPerGroup: MEMBERS, missedPerGroup: MISSED, jitterMs: JITTER_MS }),
    })),
};
