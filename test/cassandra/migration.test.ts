import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUserId } from '../../src/domain/identifier.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { newKeyspace, plainClient } from '../support/cassandra.ts';
import { SERVICES_TIMEOUT_MS } from '../support/services.ts';
import { until } from '../support/until.ts';

const FOLDER = new URL('../../src/storage/cassandra/migrations', import.meta.url);
const NEWEST = readdirSync(FOLDER).length;
const NAMES = ['one', 'two', 'three', 'four', 'five'];

describe('the migration of a keyspace', () => {
  let keyspace: Awaited<ReturnType<typeof newKeyspace>>;
  let client: Awaited<ReturnType<typeof plainClient>>;
  let storages: readonly Storage[];
  const open: Storage[] = [];
  let said: string[] = [];

  const start = async (node: string): Promise<Storage> => {
    const storage = await keyspace.open({ node, say: (message) => said.push(`${node}: ${message}`) });
    open.push(storage);
    return storage;
  };
  const migrations = () => said.filter((line) => line.includes('migrating keyspace'));

  beforeAll(async () => {
    keyspace = await newKeyspace();
    storages = await Promise.all(NAMES.map(start));
    client = await plainClient(keyspace.options, { keyspace: keyspace.options.keyspace });
  }, SERVICES_TIMEOUT_MS);
  afterAll(async () => {
    for (const storage of open) await storage.close();
    await client.shutdown();
    await keyspace.drop();
  }, SERVICES_TIMEOUT_MS);

  it('is done by one of five nodes that start at once, and all of them work', async () => {
    expect(migrations()).toHaveLength(NEWEST);
    expect(said.filter((line) => line.includes('waiting for'))).not.toEqual([]);
    const { rows } = await client.execute('SELECT name, version, owner FROM schema_state');
    expect(rows.map((row) => row.values())).toEqual([['schema', NEWEST, null]]);
    const users = storages.map((_, index) => {
      return { id: newUserId(), handle: `node-${index}`, name: `Node ${index}`, createdAt: index };
    });
    const created = users.map((user, index) => storages[index]?.users.create(user, 'hash'));
    expect(await Promise.all(created)).toEqual(NAMES.map(() => true));
    for (const storage of storages) {
      const found = await storage.users.byIds(users.map(({ id }) => id));
      expect([...found.values()].sort((one, other) => one.createdAt - other.createdAt)).toEqual(users);
    }
  });

  it('is not done again by the next node', async () => {
    said = [];
    await start('six');
    expect(migrations()).toEqual([]);
  });

  it('keeps a node away whose version knows less, in one line', async () => {
    const setVersion = (version: number) =>
      client.execute(`UPDATE schema_state SET version = ${version} WHERE name = 'schema'`);
    await setVersion(NEWEST + 1);
    await expect(keyspace.open()).rejects.toMatchObject({
      name: 'CassandraError',
      message: expect.stringMatching(
        /^Keyspace test_\w+ was written by a newer version of Parley \(schema \d+, this one knows \d+\)\.$/,
      ),
    });
    await setVersion(NEWEST);
  });

  it('is taken over from a node that died in the middle, when its lock has run out', async () => {
    said = [];
    // As after a crash: tables are missing, the version is the old one, and the lock is still there.
    await client.execute('DROP TABLE outcomes');
    await client.execute('DROP TABLE keys');
    await client.execute("UPDATE schema_state SET version = 0 WHERE name = 'schema'");
    const lock = (seconds: number) =>
      client.execute(`UPDATE schema_state USING TTL ${seconds} SET owner = 'the dead (1)' WHERE name = 'schema'`);
    await lock(600);
    const starting = start('seven');
    await until(
      'it to wait',
      () => said.includes('seven: waiting for the dead (1), which migrates the schema'),
      60_000,
    );
    await lock(1);
    const storage = await starting;
    expect(migrations()).toHaveLength(NEWEST);
    expect([...(await storage.keys.ensure('key', () => new Uint8Array([1, 2])))]).toEqual([1, 2]);
  }, 180_000);
});
