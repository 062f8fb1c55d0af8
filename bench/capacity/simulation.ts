import type { Assumed } from './assumptions.ts';
import { activityAt, DAY_SECONDS, PEAK_SECOND } from './day.ts';
import { demandOf } from './demand.ts';
import { gatewayMicros, type Sizing } from './sizing.ts';
import type { UnitCosts } from './unit-costs.ts';

const MICROS = 1e6;
/** Clients whose connect did not come through in a second wait, on average, so long for the next try. */
const RETRY_SECONDS = 5;
/** Of those that were cut off: so few still waiting is over. */
const RECOVERED = 0.001;

export interface Restart {
  /** Whose gateways go, at that region's busiest moment. */
  readonly region: number;
  /** Until they take sockets again. */
  readonly seconds: number;
}

/** One second, all regions together. */
export interface Moment {
  /** Of the day in the first region's time. */
  readonly second: number;
  readonly sockets: number;
  /** Clients that want to be connected and are not. */
  readonly waiting: number;
  /** Share of the processors of all gateways that are up. */
  readonly utilisation: number;
  readonly sends: number;
  readonly deliveries: number;
}

export interface Simulation {
  readonly moments: readonly Moment[];
  readonly sendsInAll: number;
  readonly utilisationMax: number;
  readonly waitingMax: number;
  /** From the restart until all but one in a thousand of those cut off are back; null without one or where the day ends first. */
  readonly recoverySeconds: number | null;
}

/**
 * A day, second by second: each region's people by their own clock, and the gateways of one region that restart all at once when it is busiest. Its
 * sockets come back within a second, to the gateways of the other regions, as fast as those have processor time left over from delivering;
 * what does not come through tries again.
 */
export function simulateDay(assumed: Assumed, costs: UnitCosts, sizing: Sizing, restart: Restart | null): Simulation {
  const { regions, dailyUsers } = assumed;
  const usersPerRegion = dailyUsers / regions;
  const gatewaysPerRegion = sizing.gateways / regions;
  const offsets = Array.from({ length: regions }, (_, region) => (region * DAY_SECONDS) / regions);
  const restartAt =
    restart === null ? null : (PEAK_SECOND - (offsets[restart.region] as number) + DAY_SECONDS) % DAY_SECONDS;
  const busiest = demandOf(assumed, usersPerRegion, sizing.gateways);
  const perConnect = costs.connectMicros + assumed.missedPerReconnect * costs.deliveryMicros;
  const moments: Moment[] = [];
  let [waiting, cutOff, sendsInAll, recoverySeconds] = [0, 0, 0, null as number | null];
  for (let second = 0; second < DAY_SECONDS; second += 1) {
    const shares = offsets.map((offset) => activityAt(second + offset));
    const share = shares.reduce((sum, value) => sum + value, 0);
    const since = restartAt === null ? null : second - restartAt;
    if (since === 0 && restart !== null) cutOff = busiest.sockets * (shares[restart.region] as number);
    if (since === 0) waiting += cutOff;
    const isAway = since !== null && since >= 0 && since < (restart?.seconds ?? 0);
    const gateways = sizing.gateways - (isAway ? gatewaysPerRegion : 0);
    const wanted = busiest.sockets * share;
    const connected = Math.max(0, wanted - waiting);
    const present = wanted === 0 ? 0 : connected / wanted;
    const demand = {
      sockets: connected,
      sends: busiest.sends * share * present,
      deliveries: busiest.deliveries * share * present,
      hints: busiest.hints * share * present,
      connects: busiest.connects * share * present,
      pages: busiest.pages * share * present,
    };
    const steady = gatewayMicros(demand, costs, assumed.missedPerReconnect);
    const left = Math.max(0, gateways * MICROS - steady);
    const seats = Math.max(0, gateways * assumed.socketsPerGateway - connected);
    const tries = since !== null && since <= 1 ? waiting : waiting / RETRY_SECONDS;
    const came = Math.min(tries < 1 ? waiting : tries, left / perConnect, seats);
    waiting -= came;
    sendsInAll += demand.sends;
    if (since !== null && since > 0 && recoverySeconds === null && waiting <= RECOVERED * cutOff)
      recoverySeconds = since;
    const utilisation = Math.min(1, (steady + came * perConnect) / (gateways * MICROS));
    moments.push({
      ...{ second, utilisation, waiting },
      sockets: connected + came,
      sends: demand.sends,
      deliveries: demand.deliveries,
    });
  }
  return {
    ...{ moments, sendsInAll, recoverySeconds },
    utilisationMax: Math.max(...sampled(moments, ({ utilisation }) => utilisation)),
    waitingMax: Math.max(...sampled(moments, (moment) => moment.waiting)),
  };
}

/** `Math.max` takes no 86,400 arguments everywhere: of each minute the largest. */
function sampled(moments: readonly Moment[], of: (moment: Moment) => number): readonly number[] {
  const largest: number[] = [];
  for (const [index, moment] of moments.entries()) {
    const minute = Math.floor(index / 60);
    largest[minute] = Math.max(largest[minute] ?? 0, of(moment));
  }
  return largest;
}
