import { beforeAll, expect, it } from 'vitest';
import { bare } from '../../bench/load/bare.ts';
import { SERVICES_TIMEOUT_MS, type SharedServices, sharedServices } from '../support/services.ts';

let services: SharedServices;
beforeAll(async () => {
  services = await sharedServices('kafka', 'cassandra');
}, SERVICES_TIMEOUT_MS);

it('times a bare produce and a bare insert, and leaves nothing behind', async () => {
  const values = await bare({
    kind: 'bare',
    kafkaBrokers: services.kafka,
    cassandra: {
      contactPoints: services.cassandra,
      dataCenter: services.variables['CASSANDRA_DATACENTER'] ?? '',
      copies: 1,
    },
    ...{ bytes: 500, rate: 20, seconds: 2, warmUpSeconds: 1 },
  });
  expect(values.kafkaP50Millis).toBeGreaterThan(0);
  expect(values.cassandraP50Millis).toBeGreaterThan(0);
  expect(values.latencyP50Millis).toBeCloseTo((values.kafkaP50Millis ?? 0) + (values.cassandraP50Millis ?? 0));
}, 60_000);
