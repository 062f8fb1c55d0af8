import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'cassandra-driver';
import { LIMITS } from '../../config/limits.ts';
import { CassandraError } from './options.ts';
import { changeSchema } from './schema-change.ts';
import { SchemaState } from './schema-state.ts';

const FOLDER = join(import.meta.dirname, 'migrations');
const LOOK_AGAIN_MS = 200;

export interface MigrateOptions {
  /** This node's name, different from any other's. */
  readonly owner: string;
  readonly say: (message: string) => void;
}

/**
 * Brings the keyspace's schema to this version's. Migrations are numbered from 1 without a hole. One node migrates, others
 * wait for it; where it dies, the next begins its migration again, whose statements take that. Rejects with
 * {@link CassandraError} where the schema is newer than what this version knows.
 */
export async function migrate(client: Client, { owner, say }: MigrateOptions): Promise<void> {
  const migrations = readMigrations();
  const state = await SchemaState.open(client, owner);
  if (isCurrent(client, await state.version(), migrations.length)) return;
  await takeLock(state, say);
  try {
    const version = await state.version();
    if (isCurrent(client, version, migrations.length)) return;
    for (const [index, { name, statements }] of migrations.entries()) {
      if (index < version) continue;
      say(`migrating keyspace ${client.keyspace}: ${name}`);
      for (const statement of statements) {
        hold(await state.renew());
        await changeSchema(client, statement);
      }
      hold(await state.advance(index + 1));
    }
  } finally {
    await state.release();
  }
}

function isCurrent({ keyspace }: Client, version: number, known: number): boolean {
  if (version <= known) return version === known;
  throw new CassandraError(
    `Keyspace ${keyspace} was written by a newer version of Parley (schema ${version}, this one knows ${known}).`,
  );
}

async function takeLock(state: SchemaState, say: (message: string) => void): Promise<void> {
  const deadline = performance.now() + LIMITS.cassandra.migrationWaitMs;
  let told: string | null = null;
  for (;;) {
    const holder = await state.take();
    if (holder === null) return;
    if (holder !== told) say(`waiting for ${holder}, which migrates the schema`);
    told = holder;
    if (performance.now() > deadline) throw new CassandraError(`${holder} has been migrating the schema for too long.`);
    await delay(LOOK_AGAIN_MS);
  }
}

function hold(isHeld: boolean): void {
  if (!isHeld) throw new CassandraError('Another node took the migration over: start again.');
}

function readMigrations() {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.cql'));
  return names.sort().map((name) => ({ name, statements: statementsOf(readFileSync(join(FOLDER, name), 'utf8')) }));
}

function statementsOf(text: string): readonly string[] {
  const bare = text.replace(/^\s*--.*$/gm, '');
  return bare.split(';').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}
