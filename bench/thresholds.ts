import { above, type Figure, figure, level, marginalPerDelivery, marginalPerMember, times } from './measure/figures.ts';
import type { MetricName } from './measure/metrics.ts';
import type { TargetName } from './targets.ts';

/** What Parley must reach. A figure is the median of the repeats where nothing else is said. */
export interface Threshold {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly measured: Figure;
  readonly atMost: Figure;
  /** The same of the raw server that stores each message first, and does nothing else that Parley does: what a commit leaves room for. */
  readonly floor?: Figure;
}

const micros = { unit: 'µs', digits: 2 } as const;
const millis = { unit: 'ms', digits: 1 } as const;
const ratio = { unit: '×', digits: 2 } as const;
const count = { unit: '', digits: 0 } as const;
const constant =
  (value: number): Figure =>
  () =>
    value;

/** Each way of subscribing, with the raw servers that have the same kind of operation ids: the one that stores nothing, and the one that stores first. */
const WAYS: readonly (readonly [way: string, parley: TargetName, raw: TargetName, stored: TargetName])[] = [
  ['channel', 'parley', 'raw', 'raw-stored'],
  ['channel, counted ids', 'parley-counted', 'raw-counted', 'raw-stored-counted'],
  ['inbox', 'parley-inbox', 'raw', 'raw-stored'],
  ['inbox, counted ids', 'parley-inbox-counted', 'raw-counted', 'raw-stored-counted'],
];

const DELIVER = WAYS.flatMap(([way, parley, raw, stored]): readonly Threshold[] => [
  {
    ...{ title: `Deliver, ${way}: CPU a delivery at 10,000/s, everything included; 1.3 times raw`, ...micros },
    measured: figure('fan-out', 'steady', parley, 'cpuPerDeliveryMicros'),
    atMost: times(1.3, figure('fan-out', 'steady', raw, 'cpuPerDeliveryMicros')),
    floor: figure('fan-out', 'steady', stored, 'cpuPerDeliveryMicros'),
  },
  {
    ...{ title: `Deliver, ${way}: CPU of one more delivery; 1.1 times raw`, ...micros },
    measured: marginalPerDelivery(parley),
    atMost: times(1.1, marginalPerDelivery(raw)),
    floor: marginalPerDelivery(stored),
  },
  {
    ...{ title: `Deliver, ${way}: CPU a delivery when saturated; raw`, ...micros },
    measured: figure('fan-out', 'saturated', parley, 'cpuPerDeliveryMicros'),
    atMost: figure('fan-out', 'saturated', raw, 'cpuPerDeliveryMicros'),
    floor: figure('fan-out', 'saturated', stored, 'cpuPerDeliveryMicros'),
  },
  {
    ...{ title: `Deliver, ${way}: p99 at 10,000/s, the best repeat; raw and 3 ms`, ...millis },
    measured: figure('fan-out', 'steady', parley, 'latencyP99Millis', 'min'),
    atMost: above(3, figure('fan-out', 'steady', raw, 'latencyP99Millis', 'min')),
    floor: figure('fan-out', 'steady', stored, 'latencyP99Millis', 'min'),
  },
  ...(['lost', 'repeated'] as const).map((what) => ({
    ...{ title: `Deliver, ${way}: messages ${what} when saturated, the worst repeat`, ...count },
    measured: figure('fan-out', 'saturated', parley, what, 'max'),
    atMost: constant(0),
  })),
]);

const CENTRIFUGO = (['steady', 'saturated'] as const).map(
  (load): Threshold => ({
    ...{ title: `Deliver, channel: CPU a delivery, ${load}; Centrifugo`, ...micros },
    measured: figure('fan-out', load, 'parley', 'cpuPerDeliveryMicros'),
    atMost: figure('fan-out', load, 'centrifugo', 'cpuPerDeliveryMicros'),
    floor: figure('fan-out', load, 'raw-stored', 'cpuPerDeliveryMicros'),
  }),
);

const IDLE = (['parley', 'parley-inbox'] as const).flatMap((target): readonly Threshold[] => [
  {
    ...{ title: `Idle, ${target}: resident a socket`, unit: 'KB', digits: 1 },
    measured: figure('idle', 'idle', target, 'residentPerSocketKilobytes'),
    atMost: constant(18),
  },
  {
    ...{ title: `Idle, ${target}: cores for heartbeats and presence`, unit: '', digits: 3 },
    measured: figure('idle', 'idle', target, 'idleCores'),
    atMost: constant(0.05),
  },
  {
    ...{ title: `Connect, ${target}: CPU to connect, authenticate and subscribe`, unit: 'µs', digits: 0 },
    measured: figure('idle', 'idle', target, 'connectCpuPerSocketMicros'),
    atMost: constant(250),
  },
]);

const SEND: readonly Threshold[] = [
  {
    ...{ title: 'Send: CPU of a durable send over HTTP; yoga in memory', unit: 'µs', digits: 0 },
    measured: figure('send', 'http', 'parley', 'cpuPerSendMicros'),
    atMost: figure('send', 'http', 'yoga', 'cpuPerSendMicros'),
    floor: figure('send', 'http', 'raw-stored', 'cpuPerSendMicros'),
  },
  {
    ...{ title: 'Send: CPU of a durable send over the socket; half of yoga over HTTP', unit: 'µs', digits: 0 },
    measured: figure('send', 'socket', 'parley', 'cpuPerSendMicros'),
    atMost: times(0.5, figure('send', 'http', 'yoga', 'cpuPerSendMicros')),
    floor: figure('send', 'socket', 'raw-stored', 'cpuPerSendMicros'),
  },
  ...(['persist-first', 'push-first', 'ephemeral'] as const).map((delivery) => ({
    ...{ title: `Send, ${delivery}: p99 of 64 senders; 10 times p50`, ...millis },
    measured: figure('send', `${delivery}-64`, 'parley', 'latencyP99Millis'),
    atMost: times(10, figure('send', `${delivery}-64`, 'parley', 'latencyP50Millis')),
  })),
];

const RESUME = (['parley', 'parley-inbox'] as const).flatMap((target): readonly Threshold[] => [
  {
    ...{ title: `Resume, ${target}: until all are caught up; twice a fresh connect`, ...millis },
    measured: figure('resume', 'storm', target, 'caughtUpMillis'),
    atMost: times(2, figure('resume', 'storm', target, 'connectMillis')),
  },
  {
    ...{ title: `Resume, ${target}: longest pause for others`, ...millis },
    measured: figure('resume', 'storm', target, 'livePauseMillis'),
    atMost: constant(250),
  },
  {
    ...{ title: `Resume, ${target}: reads of the store a channel`, unit: '', digits: 2 },
    measured: figure('resume', 'storm', target, 'storeReadsPerChannel'),
    atMost: constant(1),
  },
  {
    ...{ title: `Resume, ${target}: messages repeated, the worst repeat`, ...count },
    measured: figure('resume', 'storm', target, 'repeated', 'max'),
    atMost: constant(0),
  },
]);

const PLACES = ['newest', 'middle', 'oldest'] as const;
const HISTORY: readonly Threshold[] = [
  ...PLACES.map((place) => ({
    ...{ title: `History: CPU of a page of 50, ${place}`, unit: 'µs', digits: 0 },
    measured: figure('history', place, 'parley', 'cpuPerRequestMicros'),
    atMost: constant(600),
  })),
  {
    ...{ title: 'History: dearest page against the cheapest', ...ratio },
    measured: level(PLACES.map((place) => figure('history', place, 'parley', 'cpuPerRequestMicros'))),
    atMost: constant(1.2),
  },
  {
    ...{ title: 'History: an inbox of 500 channels against one with as many events in one channel, p50', ...millis },
    measured: figure('history', 'inbox-many', 'parley', 'latencyP50Millis'),
    atMost: times(3, figure('history', 'inbox-one', 'parley', 'latencyP50Millis')),
  },
];

const growthByMembers = (target: TargetName): Figure =>
  level([10, 30, 100].map((members) => marginalPerMember(target, members)));
const growthBySockets = (target: TargetName): Figure =>
  level(['1x100', '10x100', '50x100'].map((shape) => figure('growth', shape, target, 'cpuPerDeliveryMicros')));

const GROWTH: readonly Threshold[] = [
  {
    ...{ title: 'Growth: one more delivery in groups of 10, 30 and 100, dearest against cheapest', ...ratio },
    measured: growthByMembers('parley'),
    atMost: constant(1.15),
    floor: growthByMembers('raw-stored'),
  },
  {
    ...{ title: 'Growth: CPU a delivery with 100, 1,000 and 5,000 sockets, dearest against cheapest', ...ratio },
    measured: growthBySockets('parley'),
    atMost: constant(1.15),
    floor: growthBySockets('raw-stored'),
  },
];

const onCluster = (caseName: string, metric: MetricName): Figure =>
  figure('cluster', caseName, 'parley-cluster', metric);

const CLUSTER: readonly Threshold[] = [
  {
    ...{ title: 'Cluster: p50 of a durable send; three times a bare produce and a bare insert', ...millis },
    measured: onCluster('persist-first', 'latencyP50Millis'),
    atMost: times(3, figure('cluster', 'bare', 'bare', 'latencyP50Millis')),
  },
  ...['members-10', 'members-100'].flatMap((members): readonly Threshold[] => [
    {
      ...{ title: `Cluster, ${members}: Redis' publishes a message, event and answer`, unit: '', digits: 2 },
      measured: onCluster(members, 'redisPublishesPerSend'),
      atMost: constant(2.05),
    },
    {
      ...{ title: `Cluster, ${members}: pushes of the event, one for each of three gateways`, unit: '', digits: 2 },
      measured: onCluster(members, 'redisListenersPerChannel'),
      atMost: constant(3),
    },
  ]),
  {
    ...{ title: 'Cluster, history: dearest page against the cheapest', ...ratio },
    measured: level(PLACES.map((place) => onCluster(place, 'cpuPerRequestMicros'))),
    atMost: constant(1.2),
  },
];

export const THRESHOLDS: readonly Threshold[] = [
  ...DELIVER,
  ...CENTRIFUGO,
  ...IDLE,
  ...SEND,
  ...RESUME,
  ...HISTORY,
  ...GROWTH,
  ...CLUSTER,
];
