import { LIMITS } from '../config/limits.ts';
import { unavailable } from '../domain/error.ts';
import type { Database } from '../sqlite/database.ts';
import type { Log, Partition } from './log.ts';
import { SqliteAppend } from './sqlite-append.ts';
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
  const consumed = database.query<{ readonly offset: number }>(
    'SELECT log_offset AS "offset" FROM positions WHERE epoch = ? AND log_partition = 0',
  );
  const trimmer = new SqliteLogTrimmer(database);
  // Also beyond what never reached the log, and was passed over.
  let next = Math.max(newest.get()?.offset ?? 0, consumed.get(epoch)?.offset ?? 0) + 1;
  const tail = new SqliteTail(next, (options.limits ?? LIMITS).logTailRecordsMax);
  const reading = new SqliteLogReading({ database, partition, tail, trimmer, onError: options.onError ?? (() => {}) });
  let isClosed = false;
  let newestWrite: Promise<unknown> = Promise.resolve();

  return {
    async append(command) {
      if (isClosed) throw unavailable('The log is closing.');
      const offset = next;
      next += 1;
      const append = new SqliteAppend();
      tail.add({ position: { ...partition, offset }, command, append });
      // Before the write, so that what comes of the command can be in the same commit.
      reading.wake();
      try {
        newestWrite = database.write([{ sql: APPEND, parameters: [offset, JSON.stringify(command)] }]);
        await newestWrite;
        tail.committed(offset);
        append.end({ isLost: false });
      } catch (error) {
        tail.failed(offset);
        append.end({ isLost: true });
        throw error;
      } finally {
        // The tail has let go of it: it is read once the database has it.
        if (offset < tail.from) reading.wake();
      }
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
      // Whoever opens the log next gives offsets above what it holds.
      await newestWrite.catch(() => {});
      await trimmer.close();
    },
  };
}
