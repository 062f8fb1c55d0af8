import { unavailable } from '../../domain/error.ts';
import type { Keys } from '../keys.ts';
import type { Session } from './session.ts';

interface KeyRow {
  readonly key: Uint8Array | null;
}

const FIND = 'SELECT key FROM keys WHERE name = ?';
const KEEP = 'INSERT INTO keys (name, key) VALUES (?, ?) IF NOT EXISTS';

export function createKeys(session: Session): Keys {
  return {
    async ensure(name, make) {
      const [known] = await session.rows<KeyRow>(FIND, [name]);
      if (known !== undefined && known.key !== null) return known.key;
      const own = Buffer.from(make());
      const { applied, row } = await session.decide<KeyRow>(KEEP, [name, own]);
      const kept = applied ? own : row.key;
      if (kept === null) throw unavailable('The key can not be read.');
      return kept;
    },
  };
}
