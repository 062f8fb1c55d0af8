import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { Consumer, FetchOptions, RecordsBatch } from '@platformatic/kafka';
import type { KafkaClients } from './clients.ts';

export interface FetcherOptions {
  readonly topic: string;
  readonly group: string;
  /** How long a broker keeps a request for which it has nothing. At 0 what has nothing gets an empty answer. */
  readonly waitMs: number;
  readonly failed: (error: unknown) => void;
}

export interface Place {
  /** The topic's id. */
  readonly epoch: string;
  readonly partition: number;
  readonly offset: number;
}

/** What a partition holds from a place on, or from a little before; 'lost' where the log has no such place. */
export type Fetched = readonly RecordsBatch[] | 'lost';

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;

interface Wish {
  readonly place: Place;
  readonly resolve: (fetched: Fetched) => void;
}

/** Where much may come at once, and where little does: what hangs is found out the sooner. */
const CATCH_UP_TIMEOUT_MS = 10_000;
const FOLLOW_TIMEOUT_MS = 4_000;
const RESPONSE_BYTES_MAX = 8 * 1_024 * 1_024;
const PARTITION_BYTES_MAX = 1_024 * 1_024;
/** While somebody takes what the last request brought, the next one comes back soon: they could not join it. */
const SHORT_WAIT_MS = 20;
const AGAIN_AFTER_MS = 250;
/** Kafka's errors for an offset out of range, and for a topic that is gone or another one of that name. */
const LOST: ReadonlySet<number> = new Set([1, 3, 100, 103]);
/** Kafka's errors for a partition that another broker leads, or that one is only about to lead. */
const MOVED: ReadonlySet<number> = new Set([5, 6, 74, 75, 76]);
/** A partition is between two leaders for a moment where a broker goes, or the topic is new. */
const MOVED_IN_A_ROW_MAX = 4;
const NO_LEADER = -1;

/**
 * Reads partitions, each from where its reader wants it, with one request a broker at a time: a broker answers the requests of
 * one connection one after the other, so that a second would only wait.
 */
export class Fetcher {
  readonly #client: Consumer;
  readonly #options: FetcherOptions;
  readonly #wishes = new Map<number, Wish>();
  /** Partitions whose readers are expected to come again soon. */
  readonly #taking = new Set<number>();
  readonly #serving = new Set<number>();
  readonly #stopping = new AbortController();

  constructor(clients: KafkaClients, options: FetcherOptions) {
    this.#options = options;
    // Retries are here, where what is wanted may have changed.
    const timeoutMs = options.waitMs === 0 ? CATCH_UP_TIMEOUT_MS : FOLLOW_TIMEOUT_MS;
    this.#client = clients.consumer(timeoutMs, { groupId: options.group, retries: 0 });
    this.#client.topics.track(options.topic);
  }

  /** One at a time for a partition. */
  fetch(place: Place): Promise<Fetched> {
    const { promise, resolve } = Promise.withResolvers<Fetched>();
    this.#taking.delete(place.partition);
    this.#wishes.set(place.partition, { place, resolve });
    void this.#pump();
    return promise;
  }

  /** Whoever waits for the partition gets nothing. */
  forget(partition: number): void {
    this.#taking.delete(partition);
    const wish = this.#wishes.get(partition);
    if (wish !== undefined) this.#grant(wish, []);
    this.#taking.delete(partition);
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    for (const partition of this.#wishes.keys()) this.forget(partition);
    await this.#client.close(true);
  }

  /** Never rejects. */
  async #pump(): Promise<void> {
    // All wishes of this turn of the event loop go together.
    await turn();
    for (const { place } of this.#wishes.values()) {
      const leader = this.#leaderOf(place.partition);
      if (!this.#serving.has(leader)) void this.#serve(leader);
    }
  }

  /** For as long as somebody wants something from this broker. Never rejects. */
  async #serve(leader: number): Promise<void> {
    const { signal } = this.#stopping;
    this.#serving.add(leader);
    let failures = 0;
    for (let wishes = this.#wishesAt(leader); wishes.length > 0 && !signal.aborted; wishes = this.#wishesAt(leader)) {
      try {
        if (leader === NO_LEADER) await this.#learnLeaders();
        else await this.#ask(leader, wishes);
        failures = 0;
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        if (!(error instanceof LeaderMoved) || failures > MOVED_IN_A_ROW_MAX) this.#options.failed(error);
        await delay(AGAIN_AFTER_MS, undefined, { signal, ref: false }).catch(() => {});
        // Another broker may lead by now. What is known of the partitions that have a leader stays, where only that of others was asked for.
        if (leader !== NO_LEADER) this.#client.clearMetadata();
      }
      // Those who were quick to take what came join the next request.
      await turn();
    }
    this.#serving.delete(leader);
    if (!signal.aborted) void this.#pump();
  }

  async #ask(leader: number, wishes: readonly Wish[]): Promise<void> {
    const { responses } = await this.#request(leader, wishes);
    const answers = new Map(
      responses.flatMap(({ topicId, partitions }) =>
        partitions.map((partition) => [`${topicId}/${partition.partitionIndex}`, partition]),
      ),
    );
    const failures = new Set<number>();
    for (const wish of wishes) {
      const answer = answers.get(`${wish.place.epoch}/${wish.place.partition}`);
      const error = answer?.errorCode ?? 0;
      const batches = answer?.records ?? [];
      if (LOST.has(error)) this.#grant(wish, 'lost');
      else if (error !== 0) failures.add(error);
      else if (batches.length > 0 || this.#options.waitMs === 0) this.#grant(wish, batches);
    }
    if (failures.size === 0) return;
    const what = `Broker ${leader} did not give what it leads: error ${[...failures]}.`;
    throw [...failures].every((error) => MOVED.has(error)) ? new LeaderMoved(what) : new Error(what);
  }

  async #request(leader: number, wishes: readonly Wish[]): Promise<FetchResponse> {
    const { waitMs } = this.#options;
    try {
      return await this.#client.fetch({
        node: leader,
        topics: topicsOf(wishes),
        minBytes: 1,
        maxBytes: RESPONSE_BYTES_MAX,
        maxWaitTime: this.#taking.size > 0 ? Math.min(waitMs, SHORT_WAIT_MS) : waitMs,
      });
    } catch (error) {
      // One partition's trouble is no other's: the client throws where any has one, but the rest was answered.
      const response = (error as { response?: FetchResponse }).response;
      if (response === undefined || response.errorCode !== 0) throw error;
      return response;
    }
  }

  #grant(wish: Wish, fetched: Fetched): void {
    const { partition } = wish.place;
    // It may have been forgotten while the request was on its way.
    if (this.#wishes.get(partition) !== wish) return;
    this.#wishes.delete(partition);
    this.#taking.add(partition);
    wish.resolve(fetched);
  }

  #wishesAt(leader: number): readonly Wish[] {
    return [...this.#wishes.values()].filter(({ place }) => this.#leaderOf(place.partition) === leader);
  }

  async #learnLeaders(): Promise<void> {
    const { topic } = this.#options;
    const { topics } = await this.#client.metadata({ topics: [topic], forceUpdate: true });
    // Some have one, and need not wait for the others'.
    void this.#pump();
    if (topics.get(topic)?.partitions.some(({ leader }) => leader < 0)) {
      throw new Error(`The topic ${topic} has partitions without a leader.`);
    }
  }

  #leaderOf(partition: number): number {
    return this.#client.currentMetadata?.topics.get(this.#options.topic)?.partitions[partition]?.leader ?? NO_LEADER;
  }
}

class LeaderMoved extends Error {}

function topicsOf(wishes: readonly Wish[]): FetchOptions<Buffer, Buffer, Buffer, Buffer>['topics'] {
  const byEpoch = Map.groupBy(wishes, ({ place }) => place.epoch);
  return [...byEpoch].map(([topicId, those]) => ({
    topicId,
    partitions: those.map(({ place: { partition, offset } }) => ({
      ...{ partition, fetchOffset: BigInt(offset), partitionMaxBytes: PARTITION_BYTES_MAX },
      ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
    })),
  }));
}
