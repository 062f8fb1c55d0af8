import { unavailable } from '../../domain/error.ts';
import type { Database } from '../../sqlite/database.ts';
import type { Keys } from '../keys.ts';

const KEEP = 'INSERT INTO keys (name, key) VALUES (?, ?) ON CONFLICT DO NOTHING';

export function createKeys(database: Database): Keys {
  const find = database.query<{ readonly key: Uint8Array }>('SELECT key FROM keys WHERE name = ?');

  return {
    async ensure(name, make) {
      const known = find.get(name);
      if (known !== undefined) return known.key;
      await database.write([{ sql: KEEP, parameters: [name, make()] }]);
      const kept = find.get(name);
      if (kept === undefined) throw unavailable('The key can not be read.');
      return kept.key;
    },
  };
}
