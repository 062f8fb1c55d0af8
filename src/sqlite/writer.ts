import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { groupOf, type WriterRequest } from './flat-group.ts';
import { GroupRunner } from './group-runner.ts';
import { migrate } from './migrate.ts';
import type { WriterMessage } from './statement.ts';

/**
 * The one thread that writes. FULL: a commit is on the disk before it is answered, also when the power fails; see Durability for those
 * that need not be. Freed space is overwritten, so that deleted text is gone from the file and not only from its rows.
 */
const SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -32000;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = 67108864;
`;

/** Readers never hold up a writer, but the recovery of a crashed process' journal does for a moment. */
const BUSY_MS = 5_000;

function open(file: string): DatabaseSync {
  const connection = new DatabaseSync(file, { timeout: BUSY_MS });
  try {
    connection.exec(SETTINGS);
    migrate(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function serve(): void {
  const port = parentPort;
  if (port === null) throw new Error('The writer runs in a thread of its own');
  const say = (message: WriterMessage): void => port.postMessage(message);
  let connection: DatabaseSync;
  try {
    connection = open(String(workerData));
  } catch (error) {
    say({ kind: 'refused', reason: error instanceof Error ? error.message : String(error) });
    return;
  }
  const runner = new GroupRunner(connection);
  port.on('message', (request: WriterRequest) => {
    if (request === 'close') {
      connection.close();
      port.close();
      return;
    }
    say({ kind: 'committed', results: runner.run(groupOf(request)) });
  });
  say({ kind: 'ready' });
}

serve();
