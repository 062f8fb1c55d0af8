import type { Delivery } from '../../src/domain/channel.ts';
import type { Job } from '../load/job.ts';
import { EMPTY_GROUPS } from '../seed/plan.ts';
import { PLACE_NAMES, pagesJob } from './history.ts';
import type { Scale, Suite, Trial } from './suite.ts';

const GROUPS = 8;
/** So few that each has 25 messages a second: what is written in batches needs some to put into one. */
const BUSY_GROUPS = 2;
const MESSAGES_PER_SECOND = 50;
/** Of a command with a text of 120 characters. */
const COMMAND_BYTES = 500;
const DELIVERIES: readonly Delivery[] = ['PERSIST_FIRST', 'PUSH_FIRST', 'EPHEMERAL'];
const nameOf = (delivery: Delivery): string => delivery.toLowerCase().replace('_', '-');
const busyNameOf = (delivery: Delivery): string => `${nameOf(delivery)}-busy`;
const TIMES = ['latencyP50Millis', 'latencyP99Millis'] as const;
const PARTS = [
  ...(['apiMicros', 'sequencerMicros', 'gatewaysMicros', 'kafkaMicros', 'cassandraMicros', 'redisMicros'] as const),
];

export const CLUSTER: Suite = {
  title: 'Cluster',
  about:
    'One Cassandra, Kafka, Redis and ZooKeeper, an API node, a sequencer and three gateways, all on this machine: what each part pays for a ' +
    'message is to be compared, times show how many take turns on its processors. 50 messages a second over HTTP. The bare writes are a ' +
    'produce to Kafka with acks=all, then an insert into Cassandra at LOCAL_QUORUM. Writes are Cassandra’s own count, over all tables, a batch ' +
    'of one partition as one. Publishes and pushes are Redis’ own counts: an event and an ' +
    'answer a message, and the event pushed once to each gateway with a member.',
  tables: [
    {
      ...{ name: 'acknowledged', title: 'From a send to its acknowledgement, one receiver each' },
      cases: { ...Object.fromEntries(DELIVERIES.map((delivery) => [nameOf(delivery), delivery])), bare: '' },
      columns: [...TIMES, 'kafkaP50Millis', 'cassandraP50Millis', ...PARTS],
      chart: 'latencyP50Millis',
    },
    {
      ...{
        name: 'deliveries',
        title: 'What each delivery costs: 25 messages a second in each of two channels, four receivers each',
      },
      cases: Object.fromEntries(DELIVERIES.map((delivery) => [busyNameOf(delivery), delivery])),
      columns: [...TIMES, 'storeWritesPerSend', 'messageWritesPerSend', 'redisPublishesPerSend', ...PARTS],
      chart: 'messageWritesPerSend',
    },
    {
      ...{ name: 'members', title: 'A message to more members, over three gateways' },
      cases: { 'members-10': '10 members', 'members-100': '100 members' },
      columns: ['redisPublishesPerSend', 'redisListenersPerChannel', ...PARTS, ...TIMES],
      chart: 'redisMicros',
    },
    {
      ...{ name: 'pages', title: 'Pages of 50 from a channel of a million in Cassandra' },
      cases: Object.fromEntries(PLACE_NAMES.map((place) => [place, place])),
      columns: ['cpuPerRequestMicros', 'requestsPerSecond', ...TIMES],
      chart: 'cpuPerRequestMicros',
    },
  ],
  trials: (scale) => [
    ...DELIVERIES.map((delivery) =>
      sendTrial(scale, {
        name: busyNameOf(delivery),
        groups: BUSY_GROUPS,
        membersPerGroup: GROUPS / BUSY_GROUPS,
        delivery,
      }),
    ),
    ...[10, 100].map((membersPerGroup) =>
      sendTrial(scale, { name: `members-${membersPerGroup}`, membersPerGroup, delivery: 'PERSIST_FIRST' }),
    ),
    // After the others: servers on the JVM get faster for minutes, and the bare writes shall not meet faster ones than the sends did.
    ...DELIVERIES.map((delivery) => sendTrial(scale, { name: nameOf(delivery), membersPerGroup: 1, delivery })),
    bareTrial(scale),
    ...PLACE_NAMES.map((place) => pagesTrial(scale, place)),
  ],
};

interface SendCase {
  readonly name: string;
  readonly groups?: number;
  readonly membersPerGroup: number;
  readonly delivery: Delivery;
}

function sendTrial(
  { seconds, warmUpSeconds }: Scale,
  { name, groups = GROUPS, membersPerGroup, delivery }: SendCase,
): Trial {
  const job = { kind: 'send', via: 'http', senders: GROUPS, membersPerGroup, rate: MESSAGES_PER_SECOND } as const;
  return {
    ...{ case: name, target: 'parley-cluster', seconds: seconds + warmUpSeconds },
    plan: { ...EMPTY_GROUPS, groups, membersPerGroup, delivery },
    job: () => ({ ...job, seconds, warmUpSeconds }),
  };
}

function bareTrial({ seconds, warmUpSeconds }: Scale): Trial {
  const job = (_: unknown, cluster: Parameters<Trial['job']>[1]): Job => {
    if (cluster === null) throw new Error('The bare writes need the services of a cluster');
    const { kafka: kafkaBrokers, cassandra } = cluster;
    const times = { rate: MESSAGES_PER_SECOND, seconds, warmUpSeconds };
    return { kind: 'bare', kafkaBrokers, cassandra, bytes: COMMAND_BYTES, ...times };
  };
  const plan = { ...EMPTY_GROUPS, groups: 0, membersPerGroup: 0 };
  return { case: 'bare', target: 'bare', plan, job, seconds: seconds + warmUpSeconds };
}

function pagesTrial(scale: Scale, place: string): Trial {
  const plan = { ...EMPTY_GROUPS, groups: 1, membersPerGroup: 100, messagesPerGroup: scale.historyMessages };
  const seconds = scale.seconds + scale.warmUpSeconds;
  return { case: place, target: 'parley-cluster', plan, job: pagesJob(scale, place), seconds };
}
