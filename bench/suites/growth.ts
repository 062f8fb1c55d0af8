import { EMPTY_GROUPS } from '../seed/plan.ts';
import type { TargetName } from '../targets.ts';
import type { Suite } from './suite.ts';

const TARGETS: readonly TargetName[] = ['parley', 'raw', 'raw-stored'];
const MESSAGES_PER_SECOND = 100;
/** Groups and members of each: more members, then more sockets. */
const SHAPES = [
  [10, 1],
  [10, 10],
  [10, 30],
  [10, 100],
  [1, 100],
  [50, 100],
] as const;

const growthCase = (groups: number, members: number): string => `${groups}x${members}`;

const titleOf = (groups: number, members: number): string =>
  `${groups} ${groups === 1 ? 'group' : 'groups'} of ${members}`;

export const GROWTH: Suite = {
  title: 'Growth',
  about:
    '100 messages a second in all. With more members a message is delivered more often; what is level is the cost of one more delivery: ' +
    'the CPU above that of a group of one, divided by the other members.',
  tables: [
    {
      ...{ name: 'members', title: 'More members and more sockets' },
      cases: Object.fromEntries(
        SHAPES.map(([groups, members]) => [growthCase(groups, members), titleOf(groups, members)]),
      ),
      columns: [
        'cpuPerDeliveryMicros',
        'deliveriesPerSecond',
        'latencyP50Millis',
        'latencyP99Millis',
        'lost',
        'repeated',
      ],
      chart: 'cpuPerDeliveryMicros',
    },
  ],
  trials: ({ seconds, warmUpSeconds }) =>
    SHAPES.flatMap(([groups, membersPerGroup]) =>
      TARGETS.map((target) => ({
        ...{ case: growthCase(groups, membersPerGroup), target, seconds: seconds + warmUpSeconds },
        plan: { ...EMPTY_GROUPS, groups, membersPerGroup },
        job: () =>
          ({
            ...{ kind: 'fan-out', membersPerGroup, rate: MESSAGES_PER_SECOND, inFlight: 0 },
            ...{ seconds, warmUpSeconds },
          }) as const,
      })),
    ),
};
