import { randomUUID } from 'node:crypto';

const SANE = /^[A-Za-z0-9_-]{1,64}$/;

/** What the client or a proxy gave, where it is fit for a log. */
export const givenRequestId = (given: string | string[] | undefined): string | null =>
  typeof given === 'string' && SANE.test(given) ? given : null;

/** The same, else a new one. */
export const requestIdFrom = (given: string | string[] | undefined): string => givenRequestId(given) ?? randomUUID();
