import { expect, test } from 'vitest';
import { startSequencer } from '../support/sequencer-child.ts';
import { openSequencerGround } from '../support/sequencer-ground.ts';
import { SERVICES_TIMEOUT_MS, startServices } from '../support/services.ts';
import { until } from '../support/until.ts';

test(
  'a broker that is killed, ended or held still and comes back loses nothing, and no node needs a restart',
  async () => {
    await using services = await startServices({ only: ['kafka'] });
    const broker = services.server('kafka');
    await using ground = await openSequencerGround([`${broker.address.host}:${broker.address.port}`]);
    await using sequencer = await startSequencer(ground.ground, 'sequencer-1');
    await ground.createChannels();
    const conversation = ground.converse();
    const moves = async (by = 60) => {
      const enough = ground.acknowledged.length + by;
      await until('more to be acknowledged', () => ground.acknowledged.length >= enough, 60_000);
    };
    await moves();
    await broker.kill();
    await until('the sender to hear that it is away', () => ground.failures.length > 0, 20_000);
    await broker.start();
    await moves();
    await broker.restart();
    await moves();
    await broker.pause();
    const before = ground.failures.length;
    await until('the sender to give up a request', () => ground.failures.length > before, 60_000);
    await broker.resume();
    await moves();
    await conversation.end();
    expect(await ground.faults()).toEqual([]);
    expect(await sequencer.stop()).toBe(0);
  },
  SERVICES_TIMEOUT_MS,
);
