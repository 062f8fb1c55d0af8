import type { Positions } from '../positions.ts';
import type { Session } from './session.ts';

const CONSUMED = 'SELECT log_offset FROM positions WHERE epoch = ? AND log_partition = ?';
const MOVE = 'INSERT INTO positions (epoch, log_partition, log_offset) VALUES (?, ?, ?) USING TIMESTAMP ?';

export function createPositions(session: Session): Positions {
  return {
    async consumed(epoch, partition) {
      const [row] = await session.rows<{ readonly log_offset: number }>(CONSUMED, [epoch, partition]);
      return row?.log_offset ?? null;
    },
    async move(epoch, partition, offset) {
      const parameters = [epoch, partition, offset, offset + 1];
      await session.write([{ cql: MOVE, parameters, group: `position ${epoch} ${partition}` }]);
    },
  };
}
