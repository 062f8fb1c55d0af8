import { Redis } from 'ioredis';
import { redisName } from './address.ts';
import { clientOptions, type RedisTls } from './client-options.ts';
import { isRefusal } from './refusal.ts';

/** Why a node can't start on its Redis, in one line for whoever started it. */
class RedisError extends Error {
  override readonly name = 'RedisError';
}

export interface ReachOptions {
  readonly urls: readonly string[];
  readonly tls: RedisTls | null;
  /** One that is just coming back is waited for so long. */
  readonly waitMs: number;
}

/**
 * Resolves once every server has answered. A node that runs outlives the loss of any; one that starts without them would
 * take requests that it can't answer.
 *
 * @throws `RedisError`
 */
export async function reachRedis({ urls, tls, waitMs }: ReachOptions): Promise<void> {
  await Promise.all(urls.map((url) => reach(url, tls, waitMs)));
}

async function reach(url: string, tls: RedisTls | null, waitMs: number): Promise<void> {
  const client = new Redis(url, clientOptions(url, tls));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let reason: Error = new Error(`no answer within ${waitMs / 1_000} s`);
  const timer = setTimeout(() => reject(reason), waitMs);
  client.on('ready', resolve);
  client.on('error', (error) => {
    reason = error;
    if (isRefusal(error)) reject(error);
  });
  client.connect().catch(() => {});
  try {
    await promise;
  } catch (error) {
    throw new RedisError(explain(url, error as Error), { cause: error });
  } finally {
    clearTimeout(timer);
    client.disconnect();
  }
}

function explain(url: string, { name, message }: Error): string {
  const does = name === 'ReplyError' ? 'refuses' : "can't be reached";
  return `REDIS_URLS: Redis at ${redisName(url)} ${does}: ${message.replace(/\.$/, '')}.`;
}
