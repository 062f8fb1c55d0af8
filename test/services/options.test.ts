import { expect, it } from 'vitest';
import { parseCommandLine } from '../../scripts/services/options.ts';

it('starts one of each kind on the usual ports by default', () => {
  expect(parseCommandLine([])).toEqual({
    only: ['cassandra', 'kafka', 'zookeeper', 'redis'],
    cassandraNodes: 1,
    redisServers: 1,
    ports: 'standard',
    origin: 'auto',
    isDataKept: false,
    environmentPath: '.services.env',
    isHelp: false,
  });
});

it('takes three Cassandra nodes and only some kinds', () => {
  const words = ['--cassandra', '3', '--only', 'cassandra, redis', '--ports', 'free', '--exit-with-parent', '42'];
  expect(parseCommandLine(words)).toMatchObject({
    only: ['cassandra', 'redis'],
    cassandraNodes: 3,
    ports: 'free',
    parentProcessId: 42,
  });
});

it.each([
  [['--cassandra', '4'], "--cassandra takes a whole number from 1 to 3, not '4'."],
  [['--cassandra', '0'], "--cassandra takes a whole number from 1 to 3, not '0'."],
  [['--redis', 'two'], "--redis takes a whole number from 1 to 8, not 'two'."],
  [['--only', 'cassandra,postgres'], "--only takes cassandra, kafka, zookeeper, redis, not 'postgres'."],
  [['--ports', 'any'], "--ports takes standard, free, not 'any'."],
])('says what an option takes: %j', (words, message) => {
  expect(() => parseCommandLine(words)).toThrow(message);
});
