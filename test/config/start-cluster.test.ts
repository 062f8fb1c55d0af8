import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { startAndEnd } from '../support/start.ts';

let variables: Readonly<Record<string, string>>;
beforeAll(async () => {
  const name = `start_${randomBytes(6).toString('hex')}`;
  const shared = await sharedServices('cassandra', 'kafka', 'redis', 'zookeeper');
  const own = { PORT: '0', CASSANDRA_KEYSPACE: name, KAFKA_PREFIX: name, KAFKA_PARTITIONS: '1' };
  variables = { ...shared.variables, ...own, LOG_LEVEL: 'fatal' };
}, SERVICES_TIMEOUT_MS);

describe.concurrent('a node of a cluster does not start without', { timeout: 120_000 }, () => {
  // With Redis away it showed a stack that said UNAVAILABLE, and named nothing to look at.
  it.each([
    ['CASSANDRA_CONTACT_POINTS', ''],
    ['KAFKA_BROKERS', ''],
    ['REDIS_URLS', 'redis://'],
    ['ZOOKEEPER', ''],
  ])('%s, and says so in one line', async (name, scheme) => {
    const nobody = `127.0.0.1:${await freePort()}`;
    const { code, stdout, stderr } = await startAndEnd({ ...variables, [name]: `${scheme}${nobody}` });
    expect(stderr).toMatch(new RegExp(`^${name}: [^\\n]*${nobody}[^\\n]*\\n$`));
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });

  it('one of several Redis servers', async () => {
    const nobody = `127.0.0.1:${await freePort()}`;
    const urls = `${variables['REDIS_URLS']},redis://${nobody}`;
    const { code, stderr } = await startAndEnd({ ...variables, REDIS_URLS: urls });
    expect(stderr).toMatch(new RegExp(`^REDIS_URLS: Redis at ${nobody} [^\\n]*\\n$`));
    expect(code).toBe(1);
  });
});
