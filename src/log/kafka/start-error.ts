import { TimeoutError } from '@platformatic/kafka';
import type { KafkaConnection } from './connection.ts';

const AUTHENTICATION = 'PLT_KFK_AUTHENTICATION';
const UNREACHED: ReadonlySet<unknown> = new Set(['PLT_KFK_NETWORK', 'PLT_KFK_TIMEOUT']);

/** Why a node can't start on its Kafka, in one line for whoever started it. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError';
}

/** What went wrong at the start. */
export function startError(error: unknown, { brokers, credentials }: KafkaConnection): Error {
  const chain = chainOf(error);
  const innermost = chain.at(-1);
  if (innermost === undefined) return new Error(String(error));
  const codes = chain.map((each) => ('code' in each ? each.code : null));
  const said = 'serverErrorMessage' in innermost ? innermost.serverErrorMessage : null;
  const reason = typeof said === 'string' ? said : innermost.message;
  const where = `Kafka at ${brokers.join(', ')}`;
  if (codes.includes(AUTHENTICATION)) {
    const variables = 'KAFKA_USERNAME, KAFKA_PASSWORD, KAFKA_SASL';
    return new KafkaError(`${variables}: ${where} refuses ${credentials?.username}: ${reason}`, { cause: error });
  }
  if (codes.some((code) => UNREACHED.has(code))) {
    return new KafkaError(`KAFKA_BROKERS: ${where} can't be reached: ${reason}`, { cause: error });
  }
  return chain.length === 1 ? innermost : new KafkaError(`${where}: ${reason}`, { cause: error });
}

/** Whether somebody was asked who did not answer. */
export const isTimeout = (error: unknown): boolean => chainOf(error).some((each) => each instanceof TimeoutError);

/** The client wraps what a broker said, or the system call's error, several times. */
function chainOf(error: unknown): readonly Error[] {
  if (!(error instanceof Error)) return [];
  const inner: unknown = error.cause ?? (error instanceof AggregateError ? error.errors.at(-1) : undefined);
  return [error, ...chainOf(inner)];
}
