import { randomUUID } from 'node:crypto';
import { LIMITS } from '../../src/config/limits.ts';
import { createKafkaLog, type KafkaLogOptions } from '../../src/log/kafka/kafka.ts';
import type { Log } from '../../src/log/log.ts';

type Overrides = Partial<Omit<KafkaLogOptions, 'limits'>> & { readonly limits?: Partial<KafkaLogOptions['limits']> };

/** A log on a topic of its own, unless a prefix is given; what it warns of and what failed is kept. */
export async function openKafkaLog(brokers: readonly string[], overrides: Overrides = {}) {
  const warnings: string[] = [];
  const failures: unknown[] = [];
  const log: Log = await createKafkaLog({
    ...{ brokers, credentials: null, tls: null, node: 'node-1' },
    ...{ prefix: newPrefix(), partitions: 4, replication: 1 },
    failed: (error) => failures.push(error),
    warn: (message) => warnings.push(message),
    ...overrides,
    limits: { ...LIMITS, ...overrides.limits },
  });
  return { log, warnings, failures };
}

export const newPrefix = (): string => `test-${randomUUID()}-`;
