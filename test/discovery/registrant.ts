import { createZooKeeperDiscovery } from '../../src/discovery/zookeeper/zookeeper.ts';

/** A process that registers the gateway it is given, says so, and ends in an orderly way on SIGTERM. */
const [address = '', path = '', sessionMs = '', gateway = ''] = process.argv.slice(2);
const failed = (error: unknown): void => void process.stderr.write(`${error}\n`);
const discovery = createZooKeeperDiscovery({ address, path, sessionMs: Number(sessionMs), waitMs: 10_000, failed });
const staying = setInterval(() => {}, 60_000);
process.on('SIGTERM', () => {
  clearInterval(staying);
  void discovery.close();
});
await discovery.register(JSON.parse(gateway));
process.stdout.write('registered\n');
