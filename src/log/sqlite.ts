import { LIMITS } from '../config/limits.ts';
import { unavailable } from '../domain/error.ts';
import type { Database } from '../sqlite/database.ts';
import type { Log, Partition } from './log.ts';
import { SqliteOffsets } from './sqlite-offsets.ts';
import { SqliteLogReading } from './sqlite-reading.ts';
import { SqliteTail } from './sqlite-tail.ts';
import { SqliteLogTrimmer } from './sqlite-trimmer.ts';

const APPEND = 'INSERT INTO log (log_offset, command) VALUES (?, ?)';

interface SqliteLogOptions {
  /** Told of every read that failed and is repeated, and of what the consumer threw against its promise. */
  readonly onError?: (error: unknown) => void;
  readonly limits?: { readonly logTailRecordsMax: number };
}

/**
 * The log of the embedded profile: one partition, whose epoch was made with the database. It neither opens nor closes the
 * database.
 */
export async function createSqliteLog(database: Database, options: SqliteLogOptions = {}): Promise<Log> {
  const epoch = database.query<{ readonly epoch: string }>('SELECT epoch FROM log_epoch').get()?.epoch;
  if (epoch === undefined) throw new Error('The log has no epoch');
  const partition: Partition = { epoch, partition: 0 };
  // Not the newest row's: that one may have been trimmed.
  const newest = database.query<{ readonly offset: number }>(
    'SELECT seq AS "offset" FROM sqlite_sequence WHERE name = \'log\'',
  );
  const trimmer = new SqliteLogTrimmer(database);
  const offsets = await SqliteOffsets.open(database);
  const tail = new SqliteTail(offsets.next, (options.limits ?? LIMITS).logTailRecordsMax);
  const reading = new SqliteLogReading({ database, partition, tail, trimmer, onError: options.onError ?? (() => {}) });
  let isClosed = false;

  return {
    async append(command) {
      if (isClosed) throw unavailable('The log is closing.');
      const offset = offsets.take();
      const durable = Promise.withResolvers<void>();
      tail.add({ position: { ...partition, offset }, command, durable: durable.promise });
      // Before the write, so that what comes of the command can be in the same commit.
      reading.wake();
      try {
        await database.write([{ sql: APPEND, parameters: [offset, JSON.stringify(command)] }]);
        tail.committed(offset);
        durable.resolve();
      } catch (error) {
        tail.failed(offset);
        durable.reject(error);
      }
      if (offset < tail.from) reading.wake();
      return durable.promise;
    },
    consume: (consumer, signal) => reading.start(consumer, signal),
    ends: async () => [{ partition, offset: newest.get()?.offset ?? null }],
    partitionOf: () => partition.partition,
    async trim(of, offset) {
      if (of.epoch === epoch && of.partition === 0) trimmer.allow(Math.min(offset, reading.givenUpTo));
    },
    async close() {
      isClosed = true;
      reading.stop();
      await trimmer.close();
    },
  };
}
