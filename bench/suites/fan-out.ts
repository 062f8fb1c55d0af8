import { EMPTY_GROUPS } from '../seed/plan.ts';
import { TARGET_NAMES, type TargetName } from '../targets.ts';
import type { Scale, Suite, Trial } from './suite.ts';

/** Measured by the suite of the cluster. */
const ELSEWHERE: readonly TargetName[] = ['parley-cluster', 'bare'];
const GROUPS = 10;
const MEMBERS = 100;
const MESSAGES_PER_SECOND = 100;
const IN_FLIGHT = 16;
const LATENCY = ['latencyP50Millis', 'latencyP99Millis', 'latencyMaxMillis'] as const;
const CLIENT = ['clientPerDeliveryMicros', 'lost', 'repeated'] as const;

/** 10 groups of 100, one socket and one subscription a member, messages of 120 characters published over HTTP. */
export const FAN_OUT: Suite = {
  title: 'Deliver',
  about:
    '10 groups of 100 members, one socket and one subscription each; messages of 120 characters, published over HTTP as fast as said. ' +
    'CPU is the whole server: publishing, storing, delivering. Parley authenticates, checks membership and stores durably before it ' +
    'delivers; the others do none of that, but for a raw server that stores first. The last table has one receiver a message: what publishing costs.',
  tables: [
    {
      name: 'steady',
      title: '10,000 deliveries a second',
      cases: { steady: '' },
      columns: ['cpuPerDeliveryMicros', ...LATENCY, 'serverCores', 'residentMegabytes', ...CLIENT],
      chart: 'cpuPerDeliveryMicros',
    },
    {
      name: 'saturated',
      title: `${IN_FLIGHT} messages in flight, each until every member has it`,
      cases: { saturated: '' },
      columns: ['cpuPerDeliveryMicros', 'deliveriesPerSecond', ...LATENCY, 'serverCores', 'clientCores', ...CLIENT],
      chart: 'cpuPerDeliveryMicros',
    },
    {
      name: 'publish',
      title: '100 messages a second with one receiver each',
      cases: { publish: '' },
      columns: ['cpuPerDeliveryMicros', ...LATENCY, 'lost', 'repeated'],
      chart: 'cpuPerDeliveryMicros',
    },
  ],
  trials: (scale) =>
    TARGET_NAMES.filter((name) => !ELSEWHERE.includes(name)).flatMap((target) => trialsOf(scale, target)),
};

function trialsOf({ seconds, warmUpSeconds }: Scale, target: Trial['target']): readonly Trial[] {
  const total = seconds + warmUpSeconds;
  const job = (membersPerGroup: number, rate: number | null) => () =>
    ({ kind: 'fan-out', membersPerGroup, rate, inFlight: IN_FLIGHT, seconds, warmUpSeconds }) as const;
  const plan = (membersPerGroup: number) => ({ ...EMPTY_GROUPS, groups: GROUPS, membersPerGroup });
  return [
    { case: 'steady', target, plan: plan(MEMBERS), job: job(MEMBERS, MESSAGES_PER_SECOND), seconds: total },
    { case: 'saturated', target, plan: plan(MEMBERS), job: job(MEMBERS, null), seconds: total },
    { case: 'publish', target, plan: plan(1), job: job(1, MESSAGES_PER_SECOND), seconds: total },
  ];
}
