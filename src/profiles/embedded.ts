import type { Config } from '../config/config.ts';
import { createStaticDiscovery } from '../discovery/static.ts';
import { createSqliteLog } from '../log/sqlite.ts';
import { createMemoryPresence } from '../presence/memory.ts';
import { createMemoryPubSub } from '../pubsub/memory.ts';
import { openDatabase } from '../sqlite/database.ts';
import { createSqliteStorage } from '../storage/sqlite/storage.ts';
import type { Profile } from './profile.ts';

/** Everything in one process, which locks its directory. `gone` is called where only another process helps. */
export async function openEmbedded(
  config: Config,
  failed: (error: unknown) => void,
  gone: (error: Error) => void,
): Promise<Profile> {
  await using opened = new AsyncDisposableStack();
  const database = await openDatabase({ ...config.storage, onError: failed, onGone: gone });
  opened.defer(() => database.close());
  const log = await createSqliteLog(database, { onError: failed });
  const storage = await createSqliteStorage(database);
  const pubsub = createMemoryPubSub({ onError: failed });
  opened.defer(() => pubsub.close());
  const presence = createMemoryPresence(config.presence);
  opened.defer(() => presence.close());
  const discovery = createStaticDiscovery();
  opened.defer(() => discovery.close());
  const held = opened.move();
  const isWritable = () => database.isWritable;
  return { storage, log, pubsub, presence, discovery, isWritable, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
