import { Exception } from 'node-zookeeper-client';
import { Session, type ZooKeeperCredentials } from './session.ts';

/** Why a node can't start on its ZooKeeper, in one line for whoever started it. */
class ZooKeeperError extends Error {
  override readonly name = 'ZooKeeperError';
}

export interface ReachOptions {
  readonly address: string;
  readonly credentials: ZooKeeperCredentials | null;
  /** Below which gateways register. */
  readonly path: string;
  /** One that is just coming back is waited for so long. */
  readonly waitMs: number;
}

/**
 * Resolves once the gateways can be read. A node that runs outlives the loss of ZooKeeper; one that starts without it
 * would know of no other, and no other of it.
 *
 * @throws `ZooKeeperError`
 */
export async function reachZooKeeper({ address, credentials, path, waitMs }: ReachOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const session = new Session({
    ...{ address, credentials, sessionMs: waitMs },
    connected: () => resolve(),
    lost: (_session, error) => reject(error),
  });
  try {
    await promise;
    await session.ensure(path);
    await session.children(path, () => {});
  } catch (error) {
    throw new ZooKeeperError(explain({ address, path, waitMs }, error), { cause: error });
  } finally {
    await session.end();
  }
}

function explain({ address, path, waitMs }: Omit<ReachOptions, 'credentials'>, error: unknown): string {
  if (error instanceof Exception && error.getCode() === Exception.NO_AUTH) {
    return `ZOOKEEPER_USERNAME, ZOOKEEPER_PASSWORD: ZooKeeper at ${address} does not let this user read ${path}.`;
  }
  const reason = error instanceof Exception ? error.getName() : `no answer within ${waitMs / 1_000} s`;
  return `ZOOKEEPER: ZooKeeper at ${address} can't be used: ${reason}.`;
}
