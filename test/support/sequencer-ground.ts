import { setTimeout as delay } from 'node:timers/promises';
import { LIMITS } from '../../src/config/limits.ts';
import type { SequencedEvent } from '../../src/domain/event.ts';
import { type ChannelId, newCommandId, newGroupId, newUserId, type UserId } from '../../src/domain/identifier.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { createRedisPubSub, type RedisPubSubOptions } from '../../src/pubsub/redis/redis.ts';
import { channelTopic } from '../../src/pubsub/topics.ts';
import { Submissions } from '../../src/sequencer/submissions.ts';
import type { CassandraOptions } from '../../src/storage/cassandra/options.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { create, send } from '../sequencer/commands.ts';
import { newKeyspace } from './cassandra.ts';
import { type Acknowledged as AcknowledgedSend, check } from './checker.ts';
import { newPrefix, openKafkaLog } from './kafka.ts';
import { sharedServices } from './services.ts';

const CHANNELS = 12;
const PARTITIONS = 6;
/** Where commands are answered: see `commands.ts`. */
const SENDER = 'node-1';
const PAUSE_MS = 20;

/** What the processes of one test share: names of their own on servers that others use too. */
export interface Ground {
  readonly brokers: readonly string[];
  readonly kafka: { readonly prefix: string; readonly partitions: number };
  readonly cassandra: Omit<CassandraOptions, 'failed'>;
  readonly redis: Pick<RedisPubSubOptions, 'urls' | 'prefix'>;
}

/** What the sender was told. */
interface Acknowledged extends AcknowledgedSend {
  readonly channelId: ChannelId;
}

interface Conversation {
  /** Stops sending, and waits for the last to be acknowledged. */
  end(): Promise<void>;
}

/** Channels and someone who sends to them, on a cluster whose sequencers a test starts and hurts. */
export async function openSequencerGround(ownBrokers?: readonly string[]) {
  const services = await sharedServices(
    'cassandra',
    'redis',
    ...(ownBrokers === undefined ? (['kafka'] as const) : []),
  );
  const keyspace = await newKeyspace();
  const { failed: _, ...cassandra } = keyspace.options;
  const prefix = newPrefix();
  const ground: Ground = {
    brokers: ownBrokers ?? services.kafka,
    kafka: { prefix, partitions: PARTITIONS },
    cassandra,
    redis: { urls: services.redis, prefix },
  };
  const storage = await keyspace.open();
  const { log, failures } = await openKafkaLog(ground.brokers, { ...ground.kafka, node: SENDER });
  const failed = (error: unknown): void => void failures.push(error);
  const pubsub = createRedisPubSub({ ...ground.redis, failed, limits: LIMITS });
  const submissions = new Submissions({ node: SENDER, log, storage, pubsub, failed, limits: LIMITS });
  await submissions.start();

  const channels = new Map<ChannelId, UserId>(Array.from({ length: CHANNELS }, () => [newGroupId(), newUserId()]));
  const pushed = new Map<ChannelId, SequencedEvent[]>([...channels.keys()].map((channelId) => [channelId, []]));
  const acknowledged: Acknowledged[] = [];

  const submit = async (command: Parameters<Submissions['submit']>[0]): Promise<Outcome> => {
    for (;;) {
      try {
        // As a client's outbox does: the same message, in another command.
        return await submissions.submit({ ...command, id: newCommandId() });
      } catch {
        await delay(PAUSE_MS);
      }
    }
  };

  return {
    ...{ ground, storage, log, submissions, acknowledged, failures },
    async createChannels(): Promise<void> {
      for (const [index, [channelId, owner]] of [...channels].entries()) {
        await pubsub.subscribe(channelTopic(channelId), (hint) => {
          if (hint.kind === 'event') pushed.get(channelId)?.push(hint.event as SequencedEvent);
        });
        await submit(create(channelId, [owner], index % 2 === 0 ? 'PERSIST_FIRST' : 'PUSH_FIRST'));
      }
    },
    /** One sender a channel, a message after the other. */
    converse(): Conversation {
      let isOver = false;
      const talking = [...channels].map(async ([channelId, owner]) => {
        for (let index = 0; !isOver; index += 1) {
          const command = send(channelId, owner, `message ${index}`);
          const outcome = await submit(command);
          const sequence = outcome.accepted ? (outcome.message?.sequence ?? null) : null;
          acknowledged.push({ channelId, id: command.messageId, sequence, text: command.text });
          await delay(PAUSE_MS);
        }
      });
      return {
        async end() {
          isOver = true;
          await Promise.all(talking);
        },
      };
    },
    /** What is wrong: nothing, where each acknowledged message is stored once, as it was acknowledged and as it was pushed. */
    async faults(): Promise<readonly string[]> {
      const found = await Promise.all(
        [...channels.keys()].map(async (channelId) => {
          const told = acknowledged.filter((each) => each.channelId === channelId);
          return faultsOf(await rowsOf(storage, channelId, told), told, pushed.get(channelId) ?? []);
        }),
      );
      return found.flat().slice(0, 20);
    },
    async [Symbol.asyncDispose]() {
      submissions.close();
      await log.close();
      await pubsub.close();
      await storage.close();
      await keyspace.drop();
    },
  };
}

/** Once they hold all that was acknowledged: those of a PUSH_FIRST channel may be a batch behind. */
async function rowsOf(storage: Storage, channelId: ChannelId, told: readonly Acknowledged[]) {
  const head = Math.max(0, ...told.map(({ sequence }) => sequence ?? 0));
  for (;;) {
    const rows: SequencedEvent[] = [];
    for (let page = await storage.events.after(channelId, 0, 1_000); page.length > 0; ) {
      rows.push(...page);
      page = await storage.events.after(channelId, rows.at(-1)?.sequence ?? 0, 1_000);
    }
    if ((rows.at(-1)?.sequence ?? 0) >= head) return rows;
    await delay(100);
  }
}

/** Rows and pushes of one channel against what its sender was told. */
function faultsOf(
  rows: readonly SequencedEvent[],
  acknowledged: readonly Acknowledged[],
  pushed: readonly SequencedEvent[],
): readonly string[] {
  const history = rows.map((row) => ({
    sequence: row.sequence,
    ...(row.kind === 'MessageSent' ? { id: row.message.id, text: row.message.text } : {}),
  }));
  const attempted = new Set(acknowledged.map(({ text }) => text));
  const faults = [...check({ acknowledged, streams: { store: history }, history, attempted, after: 0 })];
  for (const event of pushed) {
    const row = rows[event.sequence - 1];
    if (row?.kind !== event.kind || row.commandId !== event.commandId) {
      faults.push(`${event.sequence} was pushed as ${event.commandId}, but is ${row?.commandId}`);
    }
  }
  return faults;
}
