import type { Database } from '../../sqlite/database.ts';
import type { Positions } from '../positions.ts';

const MOVE = `INSERT INTO positions (epoch, log_partition, log_offset) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET log_offset = excluded.log_offset WHERE excluded.log_offset > positions.log_offset`;

export function createPositions(database: Database): Positions {
  const consumed = database.query<{ readonly offset: number }>(
    'SELECT log_offset AS "offset" FROM positions WHERE epoch = ? AND log_partition = ?',
  );

  return {
    consumed: async (epoch, partition) => consumed.get(epoch, partition)?.offset ?? null,
    async move(epoch, partition, offset) {
      // An older position means a longer replay. Effects before it in the journal are never lost without it.
      await database.write([{ sql: MOVE, parameters: [epoch, partition, offset] }], 'ordered');
    },
  };
}
