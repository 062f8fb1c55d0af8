import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NODE_FLAGS } from '../../scripts/node-flags.ts';
import { startNode } from '../support/node.ts';
import { startAndEnd } from '../support/start.ts';

describe('a node', () => {
  it('is started by the same flags everywhere', async () => {
    const textOf = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
    const { scripts } = JSON.parse(await textOf('package.json')) as { scripts: { start: string } };
    expect(scripts.start).toBe(['exec node', ...NODE_FLAGS, 'src/main.ts'].join(' '));
    const command = /^CMD (\[.*\])$/m.exec(await textOf('docker/Dockerfile'))?.[1] ?? '';
    expect(JSON.parse(command)).toEqual(['node', ...NODE_FLAGS, 'src/main.ts']);
  });
});

describe('a start that can not succeed', () => {
  it('is one line for a variable that is wrong, without a stack', async () => {
    const { code, stderr } = await startAndEnd({ PRESENCE_TTL: 'soon' });
    expect(stderr).toBe('PRESENCE_TTL: it takes a time from 5s to 1h, such as 30, 30s or 2m.\n');
    expect(code).toBe(1);
  });

  it('is one line for half a cluster', async () => {
    const { code, stderr } = await startAndEnd({ KAFKA_BROKERS: 'localhost:9092' });
    expect(stderr).toMatch(/^CASSANDRA_CONTACT_POINTS, REDIS_URLS, ZOOKEEPER: missing\. .*\n$/);
    expect(code).toBe(1);
  });

  it('is one line for a port that is taken', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const taken = createServer().listen(0, '127.0.0.1', resolve);
    await promise;
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, stderr } = await startAndEnd({ PORT: `${port}` });
    taken.close();
    expect(stderr).toMatch(/^PORT: .*taken.*\n$/);
    expect(code).toBe(1);
  });

  // It showed a stack: only a port that is taken was thought of.
  it('is one line for an address of another machine', async () => {
    const { code, stderr } = await startAndEnd({ HOST: '192.0.2.1', PORT: '0' });
    expect(stderr).toMatch(/^HOST, PORT: .*\n$/);
    expect(code).toBe(1);
  });

  it('is one line for a directory that another node uses, which goes on', async () => {
    await using node = await startNode();
    const { code, stderr } = await startAndEnd({ PORT: '0', DATA_DIR: node.directory });
    expect(stderr).toMatch(/^DATA_DIR\b.*\n$/);
    expect(stderr).toContain(node.directory);
    expect(code).toBe(1);
    expect((await fetch(new URL('/ready', node.url))).status).toBe(200);
  });

  it('is one line for a DATA_DIR that is a file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'parley-start-'));
    const file = join(directory, 'file');
    await writeFile(file, 'something else');
    const { code, stderr } = await startAndEnd({ PORT: '0', DATA_DIR: file });
    await rm(directory, { recursive: true, force: true });
    expect(stderr).toMatch(/^DATA_DIR\b.*\n$/);
    expect(code).toBe(1);
  });

  it('leaves nothing on standard output', async () => {
    expect((await startAndEnd({ PORT: '70000' })).stdout).toBe('');
  });
});
