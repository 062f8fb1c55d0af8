import type { Assumed } from './assumptions.ts';
import { type Demand, deliveriesPerMessage, demandOf, gatewaysPerMessage } from './demand.ts';
import type { UnitCosts } from './unit-costs.ts';

/** Of a gateway: Parley pings at this interval. */
const HEARTBEAT_SECONDS = 12;
const MICROS = 1e6;
const DAYS_PER_YEAR = 365;
const TERABYTE = 1e12;
/** Compaction may need as much again. */
const DISK_FILL_MAX = 0.5;
/** Publishes of one message besides its event: the answer to the sender's node, which is delivered there. */
const ANSWER_OPERATIONS = 2;
const ROUNDS = 20;

/** What to run, in all regions together. Processes have one core each. */
export interface Sizing {
  readonly demand: Demand;
  readonly gateways: number;
  readonly gatewayMemoryGigabytes: number;
  readonly apiProcesses: number;
  readonly sequencers: number;
  readonly kafkaPartitions: number;
  readonly kafkaTerabytes: number;
  readonly redisShards: number;
  readonly cassandraNodes: number;
  readonly cassandraTerabytesPerYear: number;
}

/** Processor time a second of all gateways together. */
export const gatewayMicros = (demand: Demand, costs: UnitCosts, missedPerReconnect: number): number =>
  demand.deliveries * costs.deliveryMicros +
  demand.hints * costs.hintMicros +
  demand.connects * (costs.connectMicros + missedPerReconnect * costs.deliveryMicros) +
  (demand.sockets / HEARTBEAT_SECONDS) * costs.heartbeatMicros;

/** As if all regions had their busiest moment at once: the simulation shows what the clocks spare. */
export function sizingOf(assumed: Assumed, costs: UnitCosts): Sizing {
  const { dailyUsers, utilisation } = assumed;
  const busy = (micros: number): number => Math.ceil(micros / MICROS / utilisation);
  const gateways = gatewaysFor(assumed, costs);
  const demand = demandOf(assumed, dailyUsers, gateways);
  const sequencers = busy(demand.sends * costs.commandMicros);
  const redis = demand.sends * (1 + gatewaysPerMessage(deliveriesPerMessage(assumed), gateways) + ANSWER_OPERATIONS);
  const messagesPerDay = dailyUsers * assumed.sendsPerDay;
  const cassandraTerabytesPerYear =
    (messagesPerDay * DAYS_PER_YEAR * costs.messageBytes * assumed.cassandraReplication) / TERABYTE;
  return {
    demand,
    gateways,
    gatewayMemoryGigabytes: (demand.sockets * costs.socketKilobytes) / 1e6,
    apiProcesses: busy(demand.sends * costs.sendMicros + demand.pages * costs.pageMicros),
    sequencers,
    kafkaPartitions: Math.max(
      sequencers,
      Math.ceil((assumed.partitionGrowth * demand.sends) / assumed.commandsPerPartition),
    ),
    kafkaTerabytes: (messagesPerDay * assumed.logDays * costs.commandBytes * assumed.kafkaReplication) / TERABYTE,
    redisShards: Math.ceil(redis / assumed.redisOperations / utilisation),
    cassandraNodes: cassandraNodes(assumed, costs, demand, cassandraTerabytesPerYear),
    cassandraTerabytesPerYear,
  };
}

/** Those that are left when the spare regions are away carry everything. The more there are, the less they share: so it is found in rounds. */
function gatewaysFor(assumed: Assumed, costs: UnitCosts): number {
  const { dailyUsers, regions, regionsSpare, utilisation, socketsPerGateway, missedPerReconnect } = assumed;
  let left = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    const demand = demandOf(assumed, dailyUsers, left);
    const bySockets = demand.sockets / socketsPerGateway;
    const byProcessor = gatewayMicros(demand, costs, missedPerReconnect) / MICROS / utilisation;
    left = Math.max(1, Math.ceil(Math.max(bySockets, byProcessor)));
  }
  const staying = Math.max(1, regions - regionsSpare);
  return Math.ceil(left / staying) * regions;
}

function cassandraNodes(assumed: Assumed, costs: UnitCosts, demand: Demand, terabytesPerYear: number): number {
  const { cassandraReplication, cassandraCores, cassandraDisk, retentionYears, utilisation } = assumed;
  const micros =
    demand.sends * costs.cassandraWriteMicros * cassandraReplication + demand.pages * costs.cassandraReadMicros;
  const byProcessor = micros / MICROS / utilisation / cassandraCores;
  const byDisk = (terabytesPerYear * retentionYears) / (cassandraDisk * DISK_FILL_MAX);
  return Math.max(cassandraReplication, Math.ceil(byProcessor), Math.ceil(byDisk));
}
