import { LIMITS } from '../../src/config/limits.ts';
import type { UserId } from '../../src/domain/identifier.ts';
import { createRedisPresence } from '../../src/presence/redis/redis.ts';
import { createRedisPubSub } from '../../src/pubsub/redis/redis.ts';

/** A node's process that keeps the users it is given, again and again, and says when it has kept them first. */
const [urlList = '', prefix = '', ttl = '', userList = ''] = process.argv.slice(2);
const urls = urlList.split(',');
const ttlMs = Number(ttl);
const userIds = userList.split(',') as UserId[];
const failed = (error: unknown): void => void process.stderr.write(`${error}\n`);
const pubsub = createRedisPubSub({ urls, prefix, failed, limits: LIMITS });
const presence = createRedisPresence({ urls, prefix, ttlMs, node: 'holder', pubsub, limits: LIMITS, failed });
setInterval(() => presence.keep(userIds).catch(failed), ttlMs / 3);
await presence.keep(userIds);
process.stdout.write('kept\n');
