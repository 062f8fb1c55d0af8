import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

const FOLDER = join(import.meta.dirname, 'migrations');

/**
 * Brings the schema to this version's. Migrations are numbered from 1 without a hole, each runs once, whole or not at
 * all. Throws where the database comes from a newer version, whose data this one would misread.
 */
export function migrate(connection: DatabaseSync): void {
  const migrations = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const row = connection.prepare('SELECT user_version AS version FROM pragma_user_version').get();
  const { version } = row as { readonly version: number };
  if (version > migrations.length) {
    throw new Error(
      `it was written by a newer version of Parley (schema ${version}, this one knows ${migrations.length})`,
    );
  }
  for (const [index, name] of migrations.entries()) {
    if (index < version) continue;
    const sql = readFileSync(join(FOLDER, name), 'utf8');
    connection.exec(`BEGIN IMMEDIATE;\n${sql}\nPRAGMA user_version = ${index + 1};\nCOMMIT;`);
  }
}
