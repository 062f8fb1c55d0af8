import { expect, test } from 'vitest';
import { unavailable } from '../../src/domain/error.ts';
import { createFailureLog } from '../../src/telemetry/failure-log.ts';

// A store that was away for a minute made as many lines as there were channels that waited, each second.
test('the same failure is told at once, and then once in a while, with how often it came', () => {
  const lines: object[] = [];
  let now = 0;
  const failed = createFailureLog({
    ...{ logger: { error: (fields: object) => lines.push(fields) }, failureLogMs: 10_000 },
    now: () => now,
  });
  const away = unavailable('The store is away.', new Error('no route'));
  for (let index = 0; index < 1_000; index += 1) failed(unavailable('The store is away.', new Error('no route')));
  expect(lines).toHaveLength(1);
  failed(unavailable('The store is away.', new Error('too slow')));
  failed('not even an error');
  expect(lines).toHaveLength(3);
  now = 9_999;
  failed(away);
  expect(lines).toHaveLength(3);
  now = 10_000;
  failed(away);
  expect(lines.slice(3)).toEqual([{ err: away, timesSince: 1_000 }]);
  now = 60_000;
  failed(away);
  expect(lines.slice(4)).toEqual([{ err: away }]);
});
