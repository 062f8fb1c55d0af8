import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/sqlite/database.ts';
import { until } from '../support/until.ts';
import { newDirectory } from './directory.ts';

const ROUNDS = 5;
const CHILD = join(import.meta.dirname, 'child.ts');

/** A process that writes, and what it has printed. */
async function startChild(directory: string) {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [CHILD, directory]);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const exited = once(child, 'close');
  await until(`the database to be open ${errors}`, () => output.startsWith('open\n'));
  return {
    /** The lines that it printed whole. */
    async kill(): Promise<readonly string[]> {
      child.kill('SIGKILL');
      await exited;
      return output.split('\n').slice(1, -1);
    },
    lines: () => output.split('\n').length,
  };
}

function isKept(database: DatabaseSync, line: string): boolean {
  const [kind, id, sequence, ...text] = line.split(' ');
  if (kind === 'command') {
    return database.prepare("SELECT 1 FROM log WHERE command ->> '$.id' = ?").get(id ?? '') !== undefined;
  }
  const row = database.prepare('SELECT text FROM events WHERE channel_id = ? AND sequence = ?');
  return row.get(id ?? '', Number(sequence))?.['text'] === text.join(' ');
}

test('whatever was acknowledged is there after kill -9, at whatever moment', async () => {
  await using directory = await newDirectory();
  let acknowledged = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = await startChild(directory.path);
    await until('something to be acknowledged', () => child.lines() > 20);
    await delay(Math.random() * 300);
    const lines = await child.kill();
    acknowledged += lines.length;
    const database = new DatabaseSync(directory.file);
    database.exec("CREATE INDEX IF NOT EXISTS log_ids ON log (command ->> '$.id')");
    expect(lines.filter((line) => !isKept(database, line))).toEqual([]);
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  }
  expect(acknowledged).toBeGreaterThan(ROUNDS * 20);
});

test('a directory that a live process uses is refused, and free at once when that is killed', async () => {
  await using directory = await newDirectory();
  const child = await startChild(directory.path);
  await expect(openDatabase({ directory: directory.path })).rejects.toThrow(
    `DATA_DIR ${directory.path} can't be used: another live process uses it.`,
  );
  // The refusal left the lock where it was.
  await expect(openDatabase({ directory: directory.path })).rejects.toThrow('another live process');
  await child.kill();
  const database = await directory.open();
  expect(database.isWritable).toBe(true);
});
