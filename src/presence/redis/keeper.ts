import { randomUUID } from 'node:crypto';
import type { UserId } from '../../domain/identifier.ts';
import type { ScriptClient } from '../../redis/script-client.ts';
import { type KeptUser, KeptUsers, stepFor, type Ticket } from './kept-users.ts';
import { ENTER, SETTLE } from './scripts.ts';
import type { Timing } from './timing.ts';

export interface KeeperOptions {
  readonly node: string;
  readonly client: Pick<ScriptClient, 'run'>;
  readonly keyPrefix: string;
  readonly timing: Timing;
  readonly now: () => number;
  readonly came: (user: KeptUser, order: number) => void;
  readonly went: (user: KeptUser, order: number) => void;
  readonly failed: (error: unknown) => void;
}

const USERS_PER_CALL = 500;

type State = 'kept' | 'forgotten' | 'lapsed' | 'miscounted';
type Settled = [state: State, order: number, count: number, came: UserId[], went: UserId[]];

interface Batch {
  readonly held: readonly KeptUser[];
  readonly released: readonly KeptUser[];
}

/**
 * This node's users on one server: one lease for all of them, and a word about each who comes or goes. One call at a time, so that
 * they have their effect in their order; what comes meanwhile goes with the next.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #users = new KeptUsers();
  /** Of this process; another one where the server has lost or given up what it had of the one before. */
  #holder = '';
  #epoch = '';
  /** Users whom the server has of this holder; -1 where a call's outcome is not known. */
  #count = -1;
  #isRunning = false;
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  isOnline(userId: UserId): boolean {
    return this.#users.isOnline(userId, performance.now());
  }

  /** Resolves once the others can see it. Rejects where the server is away; it is told when it is back. */
  async keep(userIds: readonly UserId[]): Promise<void> {
    const sign = { keptAt: this.#options.now(), until: performance.now() + this.#options.timing.ttlMs };
    const ticket: Ticket = { left: 0, settled: Promise.withResolvers() };
    const unheld = userIds.filter((userId) => !this.#users.keep(userId, sign, ticket));
    if (unheld.length === 0) return;
    this.look();
    await ticket.settled.promise;
  }

  /** Does what there is to do: renews the lease, tells of who came and who has gone. */
  look(): void {
    this.#users.expire(performance.now());
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#run()
      .catch((error: unknown) => {
        this.#users.refuse(error);
        this.#options.failed(error);
      })
      .finally(() => {
        this.#isRunning = false;
      });
  }

  async #run(): Promise<void> {
    while (this.#users.due > 0 || performance.now() - this.#renewedAt >= this.#options.timing.renewMs) {
      if (this.#holder === '') await this.#enter();
      const state = await this.#settle();
      if (state === 'kept') continue;
      this.#holder = '';
      // Where the lease had run out, the others have been told that the users went.
      this.#users.loseAll({ areTold: state !== 'lapsed' });
    }
  }

  async #enter(): Promise<void> {
    const { client, keyPrefix, node } = this.#options;
    const holder = `${node}:${randomUUID()}`;
    this.#epoch = (await client.run(ENTER, keyPrefix, [holder])) as string;
    this.#holder = holder;
    this.#count = 0;
  }

  async #settle(): Promise<State> {
    const { client, keyPrefix, timing } = this.#options;
    const now = performance.now();
    const taken = this.#users.take(USERS_PER_CALL);
    const held = taken.filter((user) => stepFor(user, now) === 'hold');
    const released = taken.filter((user) => stepFor(user, now) === 'release');
    for (const user of released) user.isLeaving = true;
    const userIds = [...held, ...released].map(({ userId }) => userId);
    const words = [this.#holder, this.#epoch, timing.leaseMs, this.#count, held.length, ...userIds];
    try {
      const [state, order, count, came, went] = (await client.run(SETTLE, keyPrefix, words)) as Settled;
      if (state !== 'kept') return state;
      this.#renewedAt = now;
      this.#count = count;
      this.#apply({ held, released }, { order, came: new Set(came), went: new Set(went) });
      for (const user of taken) this.#users.done(user, performance.now());
      return state;
    } catch (error) {
      this.#doubt({ held, released });
      throw error;
    }
  }

  #apply(
    { held, released }: Batch,
    { order, came, went }: { order: number; came: ReadonlySet<UserId>; went: ReadonlySet<UserId> },
  ): void {
    for (const user of held) {
      if (!user.isTold && (user.isTried || came.has(user.userId))) this.#options.came(user, order);
      Object.assign(user, { isHeld: true, isTold: true, isTried: false });
    }
    for (const user of released) {
      if (went.has(user.userId)) this.#options.went(user, order);
      Object.assign(user, { isHeld: false, isLeaving: false, isTold: false });
    }
  }

  /** It may or may not have happened; the same again is safe, and says what is so. */
  #doubt({ held, released }: Batch): void {
    this.#count = -1;
    for (const user of held) user.isTried = true;
    for (const user of released) Object.assign(user, { isHeld: false, isLeaving: false });
  }
}
