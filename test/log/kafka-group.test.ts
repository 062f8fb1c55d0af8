import { beforeAll, expect, test } from 'vitest';
import { type CommandId, newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { LogReader } from '../conformance/log-reader.ts';
import { create } from '../sequencer/commands.ts';
import { newPrefix, openKafkaLog } from '../support/kafka.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { until } from '../support/until.ts';

const PARTITIONS = 6;

let brokers: readonly string[] = [];
beforeAll(async () => {
  brokers = (await sharedServices('kafka')).kafka;
}, SERVICES_TIMEOUT_MS);

/** Nodes of one cluster, whose positions are kept in one place as the store keeps them. */
async function openNodes(names: readonly string[]) {
  const prefix = newPrefix();
  const consumed = new Map<string, number>();
  const nodes = await Promise.all(
    names.map(async (node) => {
      const { log, failures } = await openKafkaLog(brokers, { prefix, partitions: PARTITIONS, node });
      return { log, failures, reader: new LogReader(consumed) };
    }),
  );
  return {
    nodes,
    consumed,
    async [Symbol.asyncDispose]() {
      await Promise.all(nodes.map(({ log }) => log.close()));
    },
  };
}

type Node = Awaited<ReturnType<typeof openNodes>>['nodes'][number];

/** One command into every partition. */
async function appendToAll({ log }: Node): Promise<readonly CommandId[]> {
  const missing = new Set(Array.from({ length: PARTITIONS }, (_, partition) => partition));
  const ids: CommandId[] = [];
  while (missing.size > 0) {
    const command = create(newGroupId(), [newUserId()], 'PERSIST_FIRST');
    if (!missing.delete(log.partitionOf(command.channelId))) continue;
    await log.append(command);
    ids.push(command.id);
  }
  return ids;
}

/** The partitions of the commands that a node was given. */
const partitionsOf = ({ reader }: Node, ids: readonly CommandId[]): readonly number[] =>
  reader.records
    .filter(({ command }) => ids.includes(command.id))
    .map(({ position }) => position.partition)
    .toSorted((a, b) => a - b);

async function isReadByAll(nodes: readonly Node[], ids: readonly CommandId[]): Promise<void> {
  await until('all to be read', () => nodes.flatMap((node) => partitionsOf(node, ids)).length >= PARTITIONS, 20_000);
}

test('a node that comes gets its part, and what a node leaves is read on by the others from where its effects had come to', async () => {
  await using opened = await openNodes(['node-1', 'node-2']);
  const [first, second] = opened.nodes as [Node, Node];
  first.reader.read(first.log);
  const alone = await appendToAll(first);
  await isReadByAll([first], alone);
  for (const [key, offset] of first.reader.consumed()) opened.consumed.set(key, offset);

  second.reader.read(second.log);
  await until('the second to have its part', () => first.reader.revocations.length === PARTITIONS / 2, 20_000);
  const together = await appendToAll(second);
  await isReadByAll(opened.nodes, together);
  expect(partitionsOf(first, together)).toHaveLength(PARTITIONS / 2);
  expect(partitionsOf(second, together)).toHaveLength(PARTITIONS / 2);
  // What had its effect was not read again.
  expect(partitionsOf(second, alone)).toEqual([]);
  for (const { reader } of opened.nodes)
    for (const [key, offset] of reader.consumed()) opened.consumed.set(key, offset);

  await first.log.close();
  const after = await appendToAll(second);
  await isReadByAll([second], after);
  expect(partitionsOf(second, together)).toHaveLength(PARTITIONS / 2);
  // It kept its own: they were not read from anew.
  expect(second.reader.revocations).toEqual([]);
  for (const { reader, failures } of opened.nodes)
    expect({ faults: reader.faults, failures }).toEqual({ faults: [], failures: [] });
});

test('a consumer that takes its time with one partition gets the others meanwhile', async () => {
  await using opened = await openNodes(['node-1']);
  const [node] = opened.nodes as [Node];
  const gate = Promise.withResolvers<void>();
  const stuck = 2;
  const seen: number[] = [];
  node.log.consume(
    {
      consumedUpTo: async () => null,
      passed: () => {},
      revoked: () => {},
      take: async (records) => {
        for (const { position } of records) seen.push(position.partition);
        if (records[0]?.position.partition === stuck) await gate.promise;
      },
    },
    AbortSignal.any([]),
  );
  for (let round = 1; round <= 5; round += 1) {
    await appendToAll(node);
    const others = round * (PARTITIONS - 1);
    await until('the others to be read', () => seen.filter((partition) => partition !== stuck).length === others);
  }
  expect(seen.filter((partition) => partition === stuck)).toHaveLength(1);
  gate.resolve();
  await until('all to be read', () => seen.length === 5 * PARTITIONS);
});

test('takes 400 appends at once, again and again, each once and in the order of their channel', async () => {
  await using opened = await openNodes(['node-1']);
  const [{ log, reader, failures }] = opened.nodes as [Node];
  reader.read(log);
  const channels = Array.from({ length: 40 }, newGroupId);
  const appended: CommandId[] = [];
  const sending = Array.from({ length: 400 }, async (_, sender) => {
    for (let round = 0; round < 10; round += 1) {
      const channelId = channels[sender % channels.length] ?? newGroupId();
      const command = create(channelId, [newUserId()], 'PERSIST_FIRST');
      await log.append(command);
      appended.push(command.id);
    }
  });
  await Promise.all(sending);
  await reader.has(appended);
  expect(reader.records).toHaveLength(4_000);
  expect({ faults: reader.faults, failures }).toEqual({ faults: [], failures: [] });
});
