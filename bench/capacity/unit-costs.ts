import { type Figure, figure } from '../measure/figures.ts';
import type { MetricName } from '../measure/metrics.ts';
import type { Results } from '../results.ts';

interface UnitCost {
  /** Where no results say otherwise. */
  readonly value: number;
  readonly unit: string;
  readonly about: string;
  /** What the bench measured. */
  readonly measured: Figure | null;
}

const cost = (value: number, unit: string, about: string, measured: Figure | null = null): UnitCost => ({
  ...{ value, unit, about, measured },
});

const onCluster = (metric: MetricName): Figure => figure('cluster', 'persist-first', 'parley-cluster', metric);

/** What one of each costs a process of one core. Those without a measurement in the results are of single trials, rounded up. */
export const UNIT_COSTS = {
  deliveryMicros: cost(
    10,
    'µs',
    'of a gateway, to write a message to one more socket',
    figure('fan-out', 'saturated', 'parley-inbox-counted', 'cpuPerDeliveryMicros'),
  ),
  hintMicros: cost(
    250,
    'µs',
    'of a gateway, for each message that any of its sockets is to have: hint, execution, frame',
    onCluster('gatewaysMicros'),
  ),
  connectMicros: cost(
    400,
    'µs',
    'of a gateway, to connect, authenticate and subscribe',
    figure('idle', 'idle', 'parley-inbox', 'connectCpuPerSocketMicros'),
  ),
  socketKilobytes: cost(
    25,
    'KB',
    'of a gateway, resident, for a socket',
    figure('idle', 'idle', 'parley-inbox', 'residentPerSocketKilobytes'),
  ),
  heartbeatMicros: cost(25, 'µs', 'of a gateway, for a socket and heartbeat'),
  sendMicros: cost(900, 'µs', 'of an API process, to check, append and answer a message', onCluster('apiMicros')),
  commandMicros: cost(
    600,
    'µs',
    'of a sequencer, to read, decide, store, publish and answer a command',
    onCluster('sequencerMicros'),
  ),
  pageMicros: cost(
    800,
    'µs',
    'of an API process, for a page of 50',
    figure('cluster', 'middle', 'parley-cluster', 'cpuPerRequestMicros'),
  ),
  cassandraWriteMicros: cost(
    613,
    'µs',
    'of each Cassandra node that keeps a copy, for a message',
    onCluster('cassandraMicros'),
  ),
  cassandraReadMicros: cost(1_000, 'µs', 'of Cassandra in all, for a page'),
  messageBytes: cost(520, 'bytes', 'of a message on the disk of one Cassandra node'),
  commandBytes: cost(700, 'bytes', "of a command in one copy of Kafka's log"),
} satisfies Record<string, UnitCost>;

export type UnitCostName = keyof typeof UNIT_COSTS;
export type UnitCosts = Readonly<Record<UnitCostName, number>>;

export const UNIT_COST_NAMES = Object.keys(UNIT_COSTS) as readonly UnitCostName[];

/** From results where they have it. */
export const unitCostsOf = (results: Results): UnitCosts =>
  Object.fromEntries(
    UNIT_COST_NAMES.map((name) => {
      const { value, measured }: UnitCost = UNIT_COSTS[name];
      return [name, measured?.(results) ?? value];
    }),
  ) as UnitCosts;
