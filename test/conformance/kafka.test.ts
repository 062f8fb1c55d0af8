import { beforeAll } from 'vitest';
import { newPrefix, openKafkaLog } from '../support/kafka.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { logConformance } from './log.ts';

let brokers: readonly string[] = [];
beforeAll(async () => {
  brokers = (await sharedServices('kafka')).kafka;
}, SERVICES_TIMEOUT_MS);

logConformance('Kafka', async () => {
  const prefix = newPrefix();
  // What has had its effect goes at once, so that trims are tried too.
  const open = async () =>
    (await openKafkaLog(brokers, { prefix, limits: { commandsKeptMs: 0, trimIntervalMs: 50 } })).log;
  let log = await open();
  return {
    log,
    async reopen() {
      await log.close();
      log = await open();
      return log;
    },
    close: () => log.close(),
  };
});
