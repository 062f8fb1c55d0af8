import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startSequencer } from '../support/sequencer-child.ts';
import { openSequencerGround } from '../support/sequencer-ground.ts';
import { SERVICES_TIMEOUT_MS } from '../support/services.ts';
import { until } from '../support/until.ts';

type Ground = Awaited<ReturnType<typeof openSequencerGround>>;

/** More is acknowledged than could have been decided before. */
const moves = ({ acknowledged }: Ground, by = 80) => {
  const enough = acknowledged.length + by;
  return until('more to be acknowledged', () => acknowledged.length >= enough, 60_000);
};

test(
  'sequencers that come, end and are killed give no message a second sequence and lose none',
  async () => {
    await using ground = await openSequencerGround();
    await using first = await startSequencer(ground.ground, 'sequencer-1');
    await ground.createChannels();
    const conversation = ground.converse();
    await moves(ground);
    await using second = await startSequencer(ground.ground, 'sequencer-2');
    await moves(ground);
    await using third = await startSequencer(ground.ground, 'sequencer-3');
    await moves(ground);
    await second.kill();
    await moves(ground);
    expect(await first.stop()).toBe(0);
    await moves(ground);
    await using again = await startSequencer(ground.ground, 'sequencer-1');
    await third.kill();
    await moves(ground);
    await conversation.end();
    expect(await ground.faults()).toEqual([]);
    expect(await again.stop()).toBe(0);
  },
  SERVICES_TIMEOUT_MS,
);

test(
  'one that was stopped for longer than its session and goes on where it was changes nothing',
  async () => {
    await using ground = await openSequencerGround();
    await using first = await startSequencer(ground.ground, 'sequencer-1');
    await ground.createChannels();
    await using second = await startSequencer(ground.ground, 'sequencer-2');
    const conversation = ground.converse();
    await moves(ground);
    first.pause();
    // All goes on without it.
    await moves(ground, 150);
    await delay(1_000);
    first.resume();
    await moves(ground, 150);
    await second.stop();
    // So it has its part again, and now all of it.
    await moves(ground);
    await conversation.end();
    expect(await ground.faults()).toEqual([]);
  },
  SERVICES_TIMEOUT_MS,
);
