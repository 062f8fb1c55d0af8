import type { Delivery } from '../../src/domain/channel.ts';
import type { SendJob } from '../load/job.ts';
import { EMPTY_GROUPS } from '../seed/plan.ts';
import type { TargetName } from '../targets.ts';
import type { Scale, Suite, Trial } from './suite.ts';

const GROUPS = 8;
const RATE = 100;
const SENDERS = 64;
const DELIVERIES: readonly Delivery[] = ['PERSIST_FIRST', 'PUSH_FIRST', 'EPHEMERAL'];

interface SendCase {
  readonly name: string;
  readonly target: TargetName;
  readonly via: SendJob['via'];
  readonly senders: number;
  readonly rate: number | null;
  readonly delivery: Delivery;
}

const one = (
  name: string,
  target: TargetName,
  via: SendJob['via'],
  delivery: Delivery = 'PERSIST_FIRST',
): SendCase => ({
  ...{ name, target, via, delivery },
  ...{ senders: GROUPS, rate: RATE },
});

const many = (name: string, target: TargetName, delivery: Delivery = 'PERSIST_FIRST'): SendCase => ({
  ...{ name, target, delivery, via: 'http' },
  ...{ senders: SENDERS, rate: null },
});

const COLUMNS = [
  ...(['cpuPerSendMicros', 'sendsPerSecond', 'latencyP50Millis', 'latencyP99Millis', 'latencyMaxMillis'] as const),
  ...(['serverCores', 'lost', 'repeated'] as const),
];

const nameOf = (delivery: Delivery): string => delivery.toLowerCase().replace('_', '-');

const CASES: readonly SendCase[] = [
  one('http', 'yoga', 'http'),
  one('http', 'raw', 'http'),
  one('http', 'raw-stored', 'http'),
  one('http', 'parley', 'http'),
  one('socket', 'yoga', 'socket'),
  one('socket', 'raw', 'socket'),
  one('socket', 'raw-stored', 'socket'),
  one('socket', 'parley', 'socket'),
  ...DELIVERIES.flatMap((delivery) => [
    one(nameOf(delivery), 'parley', 'http', delivery),
    many(`${nameOf(delivery)}-64`, 'parley', delivery),
  ]),
  many('yoga-64', 'yoga'),
];

export const SEND: Suite = {
  title: 'Send',
  about:
    'A send counts when it is acknowledged: on Parley’s PERSIST_FIRST and PUSH_FIRST after a commit that waits for the disk. At 100 a ' +
    'second each message has one receiver, whose delivery is in the figure. 64 senders each send their next when the last is acknowledged; ' +
    'each message has eight receivers.',
  tables: [
    {
      name: 'acknowledged',
      title: '100 a second, one receiver each',
      cases: { http: 'over HTTP', socket: 'over the open socket' },
      columns: COLUMNS,
      chart: 'cpuPerSendMicros',
    },
    {
      name: 'deliveries',
      title: 'The three deliveries, 100 a second over HTTP, one receiver each',
      cases: { 'persist-first': 'PERSIST_FIRST', 'push-first': 'PUSH_FIRST', ephemeral: 'EPHEMERAL' },
      columns: COLUMNS,
      chart: 'latencyP50Millis',
    },
    {
      name: 'side-by-side',
      title: '64 senders side by side, eight receivers each',
      cases: {
        'persist-first-64': 'PERSIST_FIRST',
        'push-first-64': 'PUSH_FIRST',
        'ephemeral-64': 'EPHEMERAL',
        'yoga-64': 'nothing stored',
      },
      columns: COLUMNS,
      chart: 'latencyP99Millis',
    },
  ],
  trials: (scale) => CASES.map((sendCase) => trialOf(scale, sendCase)),
};

function trialOf({ seconds, warmUpSeconds }: Scale, { name, target, via, senders, rate, delivery }: SendCase): Trial {
  const plan = { ...EMPTY_GROUPS, groups: GROUPS, membersPerGroup: senders / GROUPS, delivery };
  const job = { kind: 'send', via, senders, membersPerGroup: senders / GROUPS, rate, seconds, warmUpSeconds } as const;
  return { case: name, target, plan, job: () => job, seconds: seconds + warmUpSeconds };
}
