import { randomUUID } from 'node:crypto';
import type { Client } from 'cassandra-driver';
import type { Storage } from '../storage.ts';
import { createChannels } from './channels.ts';
import { createCheckpoints } from './checkpoints.ts';
import { connect, explain } from './connect.ts';
import { createEffects } from './effects.ts';
import { createEvents } from './events.ts';
import { Heads } from './heads.ts';
import { createKeys } from './keys.ts';
import { ensureKeyspace } from './keyspace.ts';
import { createMemberships } from './memberships.ts';
import { migrate } from './migrate.ts';
import { CassandraError, type CassandraOptions } from './options.ts';
import { createOutcomes } from './outcomes.ts';
import { patiently } from './patience.ts';
import { createPositions } from './positions.ts';
import { Session } from './session.ts';
import { createSessions } from './sessions.ts';
import { createUsers } from './users.ts';

/** The storage of a cluster. Rejects with {@link CassandraError} where it can't be used: one line that says why. */
export async function createCassandraStorage(options: CassandraOptions): Promise<Storage> {
  const client = await open(options);
  client.on('hostDown', ({ address }: { address: string }) => {
    options.failed(new Error(`Cassandra's node ${address} is down.`));
  });
  const session = new Session(client);
  const heads = new Heads(session);
  return {
    users: createUsers(session),
    sessions: createSessions(session),
    channels: createChannels(session, heads),
    memberships: createMemberships(session),
    events: createEvents(session, heads),
    checkpoints: createCheckpoints(session),
    effects: createEffects(session),
    positions: createPositions(session),
    outcomes: createOutcomes(session),
    keys: createKeys(session),
    close: () => session.close(),
  };
}

/** A client on a keyspace that exists and has this version's schema. */
async function open(options: CassandraOptions): Promise<Client> {
  const { keyspace, node = 'a node', say = () => {} } = options;
  try {
    await attempt(await connect(options), async (client) => {
      await ensureKeyspace(client, options);
      await client.shutdown();
    });
    const owner = `${node} (${randomUUID().slice(0, 8)})`;
    return await attempt(await patiently(() => connect(options, keyspace)), async (client) => {
      await migrate(client, { owner, say });
      return client;
    });
  } catch (error) {
    throw error instanceof CassandraError ? error : new CassandraError(explain(options, error), { cause: error });
  }
}

/** Whatever fails leaves no client behind. */
async function attempt<Result>(client: Client, act: (client: Client) => Promise<Result>): Promise<Result> {
  try {
    return await act(client);
  } catch (error) {
    await client.shutdown();
    throw error;
  }
}
