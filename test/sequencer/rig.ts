import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../src/domain/command.ts';
import type { SequencedEvent } from '../../src/domain/event.ts';
import type { ChannelId } from '../../src/domain/identifier.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import type { Log } from '../../src/log/log.ts';
import { createSqliteLog } from '../../src/log/sqlite.ts';
import { createMemoryPubSub } from '../../src/pubsub/memory.ts';
import type { PubSub } from '../../src/pubsub/pubsub.ts';
import { type ChannelHint, channelTopic } from '../../src/pubsub/topics.ts';
import { Sequencer, type SequencerOptions } from '../../src/sequencer/sequencer.ts';
import { Submissions, type SubmissionsOptions } from '../../src/sequencer/submissions.ts';
import { openDatabase } from '../../src/sqlite/database.ts';
import type { ChannelEffects } from '../../src/storage/effects.ts';
import { createSqliteStorage } from '../../src/storage/sqlite/storage.ts';
import type { Storage } from '../../src/storage/storage.ts';

const LIMITS: SequencerOptions['limits'] & SubmissionsOptions['limits'] = {
  commandsPendingMax: 10_000,
  commandWaitMs: 10_000,
  answerLookMs: 1_000,
  answerRepeatMs: 4_000,
  commandsUnstoredMax: 10_000,
  channelsLoadedMax: 1_000,
  pushFirstBatchMs: 20,
  pushFirstUnstoredMax: 2_000,
  storeLateMs: 3_000,
  channelDelayedMs: 1_000,
  channelStoppedMs: 1_000,
  recentHeadsMax: 1_000,
  reportedHeadsMax: 1_000,
  positionRetryMsMax: 2_000,
  failureLogMs: 10_000,
};

/** What goes wrong between the loop and the parts that it uses, which are the real ones. */
export interface Faults {
  beforeStore(effects: ChannelEffects): Promise<void> | void;
  afterStore(effects: ChannelEffects): Promise<void> | void;
  beforePublish(topic: string): Promise<void> | void;
  beforeMove(): Promise<void> | void;
  beforeFind(): Promise<void> | void;
}

/** Runs the loop on a database, and watches what it stores and publishes. */
export class Rig implements AsyncDisposable {
  readonly faults: Faults = {
    beforeStore: () => {},
    afterStore: () => {},
    beforePublish: () => {},
    beforeMove: () => {},
    beforeFind: () => {},
  };
  readonly failures: unknown[] = [];
  readonly recoveries: string[] = [];
  readonly stored: ChannelEffects[] = [];
  readonly published: { readonly topic: string; readonly payload: unknown }[] = [];
  readonly log: Log;
  readonly storage: Storage;
  readonly sequencer: Sequencer;
  readonly submissions: Submissions;
  readonly #closing: (() => Promise<void> | void)[];
  #isCrashed = false;

  constructor(parts: {
    readonly log: Log;
    readonly storage: Storage;
    readonly limits: Partial<typeof LIMITS>;
    /** Default: one of its own. */
    readonly pubsub?: PubSub;
  }) {
    const { log, storage, pubsub = createMemoryPubSub() } = parts;
    const limits = { ...LIMITS, ...parts.limits };
    this.log = log;
    this.storage = storage;
    const watchedStore = <Result>(store: (effects: ChannelEffects) => Promise<Result>) => {
      return async (effects: ChannelEffects) => {
        await this.#alive();
        await this.faults.beforeStore(effects);
        await this.#alive();
        const result = await store(effects);
        if (result !== false) this.stored.push(effects);
        await this.faults.afterStore(effects);
        await this.#alive();
        return result;
      };
    };
    const { store, storeNew } = storage.effects;
    const guarded: Storage = {
      ...storage,
      effects: { store: watchedStore(store), storeNew: storeNew && watchedStore(storeNew) },
      outcomes: {
        ...storage.outcomes,
        find: async (ids) => {
          await this.faults.beforeFind();
          return storage.outcomes.find(ids);
        },
      },
      positions: {
        ...storage.positions,
        move: async (...position) => {
          await this.#alive();
          await this.faults.beforeMove();
          await storage.positions.move(...position);
        },
      },
    };
    const watched = {
      subscribe: pubsub.subscribe.bind(pubsub),
      shardOf: pubsub.shardOf.bind(pubsub),
      onReconnect: pubsub.onReconnect.bind(pubsub),
      close: pubsub.close.bind(pubsub),
      publish: async (...[topic, payload]: Parameters<typeof pubsub.publish>) => {
        await this.#alive();
        await this.faults.beforePublish(topic);
        await this.#alive();
        this.published.push({ topic, payload });
        return pubsub.publish(topic, payload);
      },
    };
    const failed = (error: unknown) => this.failures.push(error);
    const recovered = (what: string) => this.recoveries.push(what);
    this.sequencer = new Sequencer({
      ...{ log, storage: guarded, pubsub: watched, failed, recovered, limits },
      closeWaitMs: 500,
    });
    this.submissions = new Submissions({ node: 'node-1', log, storage: guarded, pubsub, failed, limits });
    this.#closing = [
      () => (parts.pubsub === undefined ? pubsub.close() : undefined),
      () => log.close(),
      () => this.submissions.close(),
    ];
  }

  submit(command: Command): Promise<Outcome> {
    return this.submissions.submit(command);
  }

  /** The events that were pushed to a channel's feeds, in order. */
  pushed(channelId: ChannelId): readonly SequencedEvent[] {
    return this.published.flatMap(({ topic, payload }) => {
      if (topic !== channelTopic(channelId)) return [];
      const hint = payload as ChannelHint;
      return hint.kind === 'event' ? [hint.event as SequencedEvent] : [];
    });
  }

  storesOf(channelId: ChannelId): readonly ChannelEffects[] {
    return this.stored.filter((effects) => effects.channelId === channelId);
  }

  /** From now on nothing that the loop does has an effect or an end, as if the process were gone. */
  crash(): void {
    this.#isCrashed = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isCrashed) await this.sequencer.close();
    for (let close = this.#closing.pop(); close !== undefined; close = this.#closing.pop()) await close();
  }

  async #alive(): Promise<void> {
    if (this.#isCrashed) await new Promise(() => {});
  }
}

/** A database on which one loop after the other can run. */
export async function openGround() {
  const directory = await mkdtemp(join(tmpdir(), 'parley-sequencer-'));
  const database = await openDatabase({ directory });
  const storage = await createSqliteStorage(database);
  return {
    storage,
    /** A rig whose loop has not started. */
    rig: async (limits: Partial<typeof LIMITS> = {}) =>
      new Rig({ log: await createSqliteLog(database), storage, limits }),
    async start(limits: Partial<typeof LIMITS> = {}): Promise<Rig> {
      const rig = await this.rig(limits);
      await rig.submissions.start();
      await rig.sequencer.start();
      return rig;
    },
    async [Symbol.asyncDispose]() {
      await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
