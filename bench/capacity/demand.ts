import type { Assumed } from './assumptions.ts';
import { DAY_SECONDS, MEAN_ACTIVITY } from './day.ts';

/** What is asked for at the busiest moment. Rates are a second. */
export interface Demand {
  readonly sockets: number;
  readonly sends: number;
  /** Messages to sockets. */
  readonly deliveries: number;
  /** Pairs of a message and a gateway with a socket that is to have it. */
  readonly hints: number;
  readonly connects: number;
  readonly pages: number;
}

/** Sockets that one message goes to: who is online of the others, and the sender's other devices. */
export const deliveriesPerMessage = ({ recipients, recipientsOnline, socketsPerUser }: Assumed): number =>
  recipients * recipientsOnline * socketsPerUser + (socketsPerUser - 1);

/**
 * Gateways that one message goes to, when sockets sit anywhere: with many gateways nearly one a socket, so that what is shared among a
 * gateway's sockets helps large groups, not small ones.
 */
export function gatewaysPerMessage(deliveries: number, gateways: number): number {
  return gateways <= 1 ? Math.min(1, deliveries) : gateways * (1 - (1 - 1 / gateways) ** deliveries);
}

/** Of a number of users who live by the same clock, spread over a number of gateways. */
export function demandOf(assumed: Assumed, users: number, gateways: number): Demand {
  const { onlineAtPeak, socketsPerUser, sendsPerDay, pagesPerDay, reconnectsPerHour } = assumed;
  const atPeak = (perDay: number): number => (users * perDay) / DAY_SECONDS / MEAN_ACTIVITY;
  const sockets = users * onlineAtPeak * socketsPerUser;
  const sends = atPeak(sendsPerDay);
  const perMessage = deliveriesPerMessage(assumed);
  return {
    sockets,
    sends,
    deliveries: sends * perMessage,
    hints: sends * gatewaysPerMessage(perMessage, gateways),
    connects: (sockets * reconnectsPerHour) / 3_600,
    pages: atPeak(pagesPerDay),
  };
}
