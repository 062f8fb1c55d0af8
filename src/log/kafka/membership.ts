import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, GroupPartitionsAssigner } from '@platformatic/kafka';
import { assignPartitions } from './assignment.ts';
import type { KafkaClients } from './clients.ts';

export interface Assigned {
  readonly partitions: readonly number[];
  /** Nobody else can have had what was assigned before and is now. */
  readonly isContinuous: boolean;
}

export interface MembershipOptions {
  readonly topic: string;
  readonly partitions: number;
  readonly group: string;
  /** A member that says nothing for so long has gone. */
  readonly sessionMs: number;
  readonly assigned: (assigned: Assigned) => void;
  readonly failed: (error: unknown) => void;
}

/** Another way to assign needs another name: all members of a group must agree on it. */
const PROTOCOL = 'parley-rendezvous-1';
/** The others learn by theirs that one has gone. */
const HEARTBEAT_MS = 150;
/** How long the group waits for its members when one comes or goes. */
const REBALANCE_MS_MIN = 6_000;
/** To join can take as long as the group waits. */
const JOIN_SLACK_MS = 4_000;
/** Neither a heartbeat nor a failed one for so long: the client has stopped without a word. */
const SILENT_MS_MAX = 20_000;
const JOIN_AGAIN_AFTER_MS = 250;
const LEAVE_WAIT_MS = 2_000;
/** The broker counts the session from the heartbeat that reached it, and this process can be stopped at any moment. */
const FRESH_PART_OF_SESSION = 0.9;

/**
 * Takes part in the group of those who read the topic. The brokers' classic protocol: with the newer one a member that was
 * paused for longer than its session never comes back in this client.
 */
export class Membership {
  readonly #clients: KafkaClients;
  readonly #options: MembershipOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #freshFrom = Number.NEGATIVE_INFINITY;
  #fresh = Promise.withResolvers<void>();

  constructor(clients: KafkaClients, options: MembershipOptions) {
    this.#clients = clients;
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Whether the group still counts on this member: nothing may be taken from the log where it may not. */
  get isFresh(): boolean {
    return performance.now() - this.#freshFrom < FRESH_PART_OF_SESSION * this.#options.sessionMs;
  }

  /** Resolves when the group counts on this member again, or at the end. */
  async becomesFresh(): Promise<void> {
    if (!this.isFresh && !this.#stopping.signal.aborted) await this.#fresh.promise;
  }

  /** Leaves, so that the others need not wait for the session to end. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#fresh.resolve();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const member = this.#newMember();
      try {
        await this.#takePart(member);
      } catch (error) {
        if (!signal.aborted) this.#options.failed(error);
      }
      await this.#leave(member);
      await delay(JOIN_AGAIN_AFTER_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Ends with the membership: at the close, or by an error after which the client would not join again. */
  async #takePart(member: Consumer): Promise<void> {
    const { signal } = this.#stopping;
    const over = Promise.withResolvers<void>();
    over.promise.catch(() => {});
    signal.addEventListener('abort', () => over.resolve(), { once: true });
    let heardAt = performance.now();
    let heartbeatAt = heardAt;
    let generation: { readonly memberId: string; readonly id: number } | null = null;
    member.on('error', over.reject);
    member.on('consumer:heartbeat:start', () => {
      heartbeatAt = performance.now();
      heardAt = heartbeatAt;
    });
    member.on('consumer:heartbeat:end', () => this.#freshen(heartbeatAt));
    member.on('consumer:heartbeat:error', ({ error }) => this.#options.failed(error));
    member.on('consumer:group:join', ({ memberId, generationId: id = 0, assignments = [] }) => {
      heardAt = performance.now();
      const isContinuous = generation?.memberId === memberId && generation.id + 1 === id;
      generation = { memberId, id };
      this.#freshen(heardAt);
      this.#options.assigned({ partitions: assignments.flatMap(({ partitions }) => partitions), isContinuous });
    });
    await member.joinGroup();
    const watch = setInterval(() => {
      if (performance.now() - heardAt > SILENT_MS_MAX)
        over.reject(new Error('The consumer has stopped its heartbeats.'));
    }, HEARTBEAT_MS).unref();
    await over.promise.finally(() => clearInterval(watch));
  }

  #freshen(from: number): void {
    this.#freshFrom = Math.max(this.#freshFrom, from);
    if (!this.isFresh) return;
    this.#fresh.resolve();
    this.#fresh = Promise.withResolvers();
  }

  #newMember(): Consumer {
    const { topic, partitions, group, sessionMs } = this.#options;
    const rebalanceTimeout = Math.max(REBALANCE_MS_MIN, sessionMs);
    const partitionAssigner: GroupPartitionsAssigner = (_, members) => {
      const names = new Map([...members].map(([id, { metadata }]) => [id, String(metadata)]));
      return [...assignPartitions(names, partitions)].map(([memberId, assigned]) => ({
        memberId,
        assignments: new Map([[topic, { topic, partitions: [...assigned] }]]),
      }));
    };
    const member = this.#clients.consumer(rebalanceTimeout + JOIN_SLACK_MS, {
      groupId: group,
      ...{ sessionTimeout: sessionMs, rebalanceTimeout, heartbeatInterval: HEARTBEAT_MS },
      protocols: [{ name: PROTOCOL, version: 0, metadata: this.#clients.node }],
      partitionAssigner,
    });
    member.topics.track(topic);
    // Whatever fails after the membership has ended is of no interest, but it must not end the process.
    member.on('error', () => {});
    return member;
  }

  async #leave(member: Consumer): Promise<void> {
    const waiting = new AbortController();
    const left = member.close(true).catch(() => {});
    await Promise.race([left, delay(LEAVE_WAIT_MS, undefined, { signal: waiting.signal }).catch(() => {})]);
    waiting.abort();
  }
}
