import type { ChannelId } from '../domain/identifier.ts';
import type { Log } from '../log/log.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import {
  channelTopic,
  HEADS_REQUESTS,
  type HeadsReport,
  type HeadsRequest,
  headsReportTopic,
} from '../pubsub/topics.ts';
import { RecentHeads } from './recent-heads.ts';

export interface HeadReportsOptions {
  readonly log: Pick<Log, 'partitionOf'>;
  readonly pubsub: PubSub;
  readonly failed: (error: unknown) => void;
  /** A partition's last reader may publish for so long after it has lost it. */
  readonly handoverMs?: number;
  readonly limits: {
    /** Channels that are remembered of each partition. */
    readonly recentHeadsMax: number;
    /** Channels in one report; where more have changed, the store is read. */
    readonly reportedHeadsMax: number;
  };
}

/** After an outage of the bus all nodes ask at once: those who do so within this time get one and the same list. */
const GATHER_MS = 25;
const HANDOVER_MS_DEFAULT = 2_000;

/** Tells nodes that may have missed publications which channels have changed meanwhile: a report for each partition that is read here. */
export class HeadReports {
  readonly #options: HeadReportsOptions;
  readonly #recent = new Map<number, RecentHeads>();
  #requests: HeadsRequest[] = [];
  #partitions = 0;
  #timer: NodeJS.Timeout | null = null;
  #unsubscribe: () => void = () => {};
  #isClosed = false;

  constructor(options: HeadReportsOptions) {
    this.#options = options;
  }

  /** `partitions`: how many the log has. Resolves once requests are heard. */
  async start(partitions: number): Promise<void> {
    this.#partitions = partitions;
    const unsubscribe = await this.#options.pubsub.subscribe(HEADS_REQUESTS, (request) => this.#take(request));
    if (this.#isClosed) unsubscribe();
    else this.#unsubscribe = unsubscribe;
  }

  /** What its last reader published, and may publish for a moment yet, is not known here. */
  assigned(partition: number): void {
    const { limits, handoverMs = HANDOVER_MS_DEFAULT } = this.#options;
    const knownFrom = performance.now() + handoverMs;
    this.#recent.set(partition, new RecentHeads({ channelsMax: limits.recentHeadsMax, knownFrom }));
  }

  revoked(partition: number): void {
    this.#recent.delete(partition);
  }

  /** To be called before an event is published, and again when the bus has taken it: whichever of the two a node was away at. */
  changed(channelId: ChannelId, head: number): void {
    this.#recent.get(this.#options.log.partitionOf(channelId))?.note(channelId, head, performance.now());
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#unsubscribe();
  }

  #take(request: HeadsRequest): void {
    this.#requests.push(request);
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const requests = Map.groupBy(this.#requests.splice(0), ({ shard }) => shard);
      for (const [shard, alike] of requests) this.#answer(shard, alike);
    }, GATHER_MS).unref();
  }

  #answer(shard: string, requests: readonly HeadsRequest[]): void {
    const { pubsub, failed } = this.#options;
    // A request may have waited so long to be answered: what it asks for began that much earlier.
    const withinMs = Math.max(...requests.map((request) => request.withinMs)) + GATHER_MS;
    for (const report of this.#reports(shard, performance.now() - withinMs)) {
      for (const { replyTo } of requests) pubsub.publish(headsReportTopic(replyTo), report).catch(failed);
    }
  }

  #reports(shard: string, at: number): readonly HeadsReport[] {
    const { pubsub, limits } = this.#options;
    return [...this.#recent].map(([partition, recent]) => {
      const { isComplete, heads } = recent.since(at);
      const own = heads.filter(([channelId]) => pubsub.shardOf(channelTopic(channelId)) === shard);
      const fits = own.length <= limits.reportedHeadsMax;
      return {
        partition,
        partitions: this.#partitions,
        isComplete: isComplete && fits,
        heads: fits ? own : own.slice(-limits.reportedHeadsMax),
      };
    });
  }
}
