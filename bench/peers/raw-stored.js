// The floor of a durable send: the raw server, which stores each message before it tells anybody of it. Commits wait for the disk in a
// thread of their own, and what comes meanwhile shares the next one. No repeats are found, and nothing else is kept.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { serve } from './raw-server.js';

if (isMainThread) serve(storeOf(new Worker(new URL(import.meta.url))));
else write(parentPort);

function storeOf(writer) {
  let waiting = [];
  let inFlight = [];
  const flush = () => {
    inFlight = waiting;
    waiting = [];
    if (inFlight.length > 0) writer.postMessage(inFlight.flatMap(({ row }) => row));
  };
  writer.on('message', () => {
    const stored = inFlight;
    flush();
    for (const { done } of stored) done();
  });
  return ({ id, channelId, text, createdAt, senderId }, done) => {
    waiting.push({ row: [channelId, id, text, createdAt, senderId], done });
    if (inFlight.length === 0) flush();
  };
}

function write(port) {
  const database = new DatabaseSync(join(process.env.DATA_DIR, 'messages.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000');
  database.exec(`CREATE TABLE IF NOT EXISTS messages (channel_id TEXT, id TEXT, text TEXT, created_at TEXT,
    sender_id TEXT, PRIMARY KEY (channel_id, id)) WITHOUT ROWID`);
  const [begin, insert, commit] = ['BEGIN IMMEDIATE', 'INSERT INTO messages VALUES (?, ?, ?, ?, ?)', 'COMMIT'].map(
    (sql) => database.prepare(sql),
  );
  port.on('message', (rows) => {
    begin.run();
    for (let at = 0; at < rows.length; at += 5) insert.run(...rows.slice(at, at + 5));
    commit.run();
    port.postMessage(null);
  });
}
