import { expect, it } from 'vitest';
import { newSessionId, newUserId } from '../../src/domain/identifier.ts';
import { type UserHint, userTopic } from '../../src/pubsub/topics.ts';
import { UserHints } from '../../src/services/user-hints.ts';
import { testBus } from '../support/redis.ts';
import { SERVICES_TIMEOUT_MS, startServices } from '../support/services.ts';
import { until } from '../support/until.ts';

// A log-out with the bus away was UNAVAILABLE though the session had ended, and other nodes never heard of it.
it('what a user has to be told is told as soon as the bus is back', { timeout: SERVICES_TIMEOUT_MS }, async () => {
  await using services = await startServices({ only: ['redis'] });
  const [server] = services.servers;
  if (server === undefined) throw new Error('There is one.');
  const bus = testBus([`redis://${server.address.host}:${server.address.port}`]);
  const ada = newUserId();
  const heard: UserHint[] = [];
  await bus.open().subscribe(userTopic(ada), (hint) => heard.push(hint));
  const failures: unknown[] = [];
  const hints = new UserHints(bus.open(), (error) => failures.push(error));
  await server.kill();
  const hint = { kind: 'loggedOut', sessionId: newSessionId() } as const;
  await hints.tell(ada, hint);
  expect(failures).toHaveLength(1);
  await server.start();
  await until('the hint', () => heard.length > 0);
  expect(heard).toEqual([hint]);
  await bus.close();
});
