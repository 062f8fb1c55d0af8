import { expect, test } from 'vitest';
import { unavailable } from '../../src/domain/error.ts';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { until } from '../support/until.ts';
import { create } from './commands.ts';
import { openGround } from './rig.ts';

// It was tried five times a second, with a line in the log each time, for as long as the store was away.
test('a position that can not be written is tried less and less often, and told of once; so is its recovery', async () => {
  await using ground = await openGround();
  await using rig = await ground.start({ positionRetryMsMax: 600 });
  const tries: number[] = [];
  let isFailing = true;
  rig.faults.beforeMove = () => {
    tries.push(performance.now());
    if (isFailing) throw unavailable('a fault');
  };
  await rig.submit(create(newGroupId(), [newUserId()], 'PERSIST_FIRST'));
  await until('some tries', () => tries.length >= 4);
  const waits = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
  // Timers may be late, never early by more than a rounding.
  for (const [index, shortest] of [400, 600, 600].entries()) expect(waits[index]).toBeGreaterThan(shortest - 10);
  expect(rig.failures).toHaveLength(1);
  expect(rig.recoveries).toEqual([]);
  isFailing = false;
  await until('the position to be written', () => rig.recoveries.length > 0);
  expect(rig.recoveries).toEqual(['The consumed position is written again.']);
  expect(rig.failures).toHaveLength(1);
});

test('one that stays away is told of again after a while', async () => {
  await using ground = await openGround();
  await using rig = await ground.start({ positionRetryMsMax: 200, failureLogMs: 300 });
  let tries = 0;
  rig.faults.beforeMove = () => {
    tries += 1;
    throw unavailable('a fault');
  };
  await rig.submit(create(newGroupId(), [newUserId()], 'PERSIST_FIRST'));
  await until('it to be told again', () => rig.failures.length === 3);
  expect(tries).toBeGreaterThan(3);
});
