import type { ChannelPartsFragment } from '../../schema/generated/client.ts';
import type { Ask } from './authorized.ts';
import { retryDelayMs } from './backoff.ts';
import { findChannel, listChannels } from './channel-list.ts';
import { Connection, type ConnectionOptions, type ConnectionState } from './connection.ts';
import { Cursors } from './cursors.ts';
import type { ChannelEvent } from './event.ts';
import { CLIENT_LIMITS } from './limits.ts';
import type { Link } from './link.ts';
import type { News } from './port.ts';
import { chance } from './random.ts';

export interface InboxOptions
  extends Pick<ConnectionOptions, 'transports' | 'endpoints' | 'token' | 'expired' | 'takePresence'> {
  readonly viewerId: string;
  readonly ask: Ask;
  readonly news: (news: News) => void;
  readonly opened: (link: Link) => void;
}

/** One user's events: each once and in order, from all channels, those joined meanwhile included. */
export class Inbox {
  readonly connection: Connection;
  readonly #options: InboxOptions;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #watchdog: ReturnType<typeof setInterval>;
  /** How far the server was when the channels were listed last. */
  readonly #heads = new Map<string, number>();
  #cursors: Cursors;
  /** Channels that the viewer has left since the listing began. */
  readonly #left = new Set<string>();
  #listing: Promise<void> | null = null;
  #listingSoon = false;
  #listedAt = Number.NEGATIVE_INFINITY;
  /** The link since whose opening the channels have been listed. */
  #listed: Link | null = null;
  #wasListed = false;
  #gaps = 0;
  #progress = false;
  #againSoon = false;
  #closed = false;

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#cursors = new Cursors(options.viewerId);
    this.#watchdog = setInterval(() => this.#watch(), CLIENT_LIMITS.stuckMs);
    this.connection = new Connection({
      ...options,
      positions: () => this.#cursors.list(),
      take: (event) => this.#take(event),
      rewound: () => this.#forget(),
      opened: (link) => this.#opened(link),
      changed: (state) => this.#changed(state),
    });
  }

  /** Whether the channels have been listed since the link was opened. */
  get isListed(): boolean {
    return this.#listed !== null && this.#listed === this.connection.link;
  }

  /** News of all channels. Rejects where they could not be had. */
  list(): Promise<void> {
    this.#listing ??= this.#list().finally(() => {
      this.#listing = null;
    });
    return this.#listing;
  }

  wake(): void {
    this.connection.wake();
    if (this.connection.link === null || performance.now() - this.#listedAt < CLIENT_LIMITS.listAgainMs) return;
    this.list().catch(() => {});
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#watchdog);
    for (const timer of this.#timers) clearTimeout(timer);
    this.connection.close();
  }

  #opened(link: Link): void {
    this.#gaps = 0;
    this.#againSoon = false;
    this.#options.opened(link);
    this.#listUntilDone(link, 0);
  }

  #changed(state: ConnectionState): void {
    this.#options.news({ kind: 'connection', state });
  }

  #listUntilDone(link: Link, tries: number): void {
    if (this.#closed || this.connection.link !== link) return;
    // One that has begun before may have missed what the link does not bring.
    const earlier = this.#listing?.catch(() => {}) ?? Promise.resolve();
    earlier
      .then(() => this.list())
      .then(
        () => {
          this.#listed = link;
          this.#look();
        },
        () => this.#later(retryDelayMs(tries, chance()), () => this.#listUntilDone(link, tries + 1)),
      );
  }

  async #list(): Promise<void> {
    const { ask, news } = this.#options;
    this.#left.clear();
    const channels = await listChannels(ask);
    const missing = this.#closed ? [] : await this.#missing(channels);
    if (this.#closed) return;
    this.#listedAt = performance.now();
    const all = [...channels, ...missing].filter(({ id }) => !this.#left.has(id));
    this.#heads.clear();
    for (const { id, head } of all) this.#heads.set(id, head);
    // So much was missed that whoever shows it had better begin anew.
    const isAnew = this.#behind() > CLIENT_LIMITS.behindEventsMax;
    if (isAnew) this.#cursors = new Cursors(this.#options.viewerId);
    const found = all.filter(({ id }) => this.#cursors.get(id) === undefined);
    // Joined while the link was away: its events are given out from the first on, as they would have been, unless there are too many.
    const isJoined = (head: number): boolean => this.#wasListed && !isAnew && head <= CLIENT_LIMITS.joinedEventsMax;
    const held = found.flatMap(({ id, head }) => this.#cursors.adopt(id, isJoined(head) ? 0 : head));
    this.#wasListed = true;
    news({ kind: 'channels', channels: all, positions: this.#cursors.list() });
    for (const event of held) this.#take(event);
    if (isAnew || found.some(({ id, head }) => head > (this.#cursors.get(id) ?? head))) this.connection.link?.again();
    this.#look();
  }

  /** Channels that are known and were not listed: left while away, or on their way to the front. */
  async #missing(channels: readonly ChannelPartsFragment[]): Promise<readonly ChannelPartsFragment[]> {
    const listed = new Set(channels.map(({ id }) => id));
    const unlisted = this.#cursors.list().filter(({ channelId }) => !listed.has(channelId));
    const found: ChannelPartsFragment[] = [];
    for (const { channelId } of unlisted) {
      const channel = await findChannel(this.#options.ask, channelId);
      if (channel === null) this.#cursors.forget(channelId);
      else found.push(channel);
    }
    return found;
  }

  #take(event: ChannelEvent): void {
    if (this.#closed) return;
    const verdict = this.#cursors.take(event);
    if (verdict === 'next') {
      this.#progress = true;
      if (event.sequence !== null) this.#gaps = 0;
      if (event.__typename === 'MemberLeft' && event.user.id === this.#options.viewerId)
        this.#left.add(event.channel.id);
      this.#options.news({ kind: 'event', event });
      this.#look();
    } else if (verdict === 'gap') {
      this.#readAgain();
    } else if (verdict === 'unknown' && this.#listing === null) {
      this.#listSoon();
    }
  }

  /** Servers leave no gap; should one, or should a transport lose something, it is read again, ever more patiently. */
  #readAgain(): void {
    if (this.#againSoon) return;
    this.#againSoon = true;
    const waitMs = this.#gaps === 0 ? 0 : retryDelayMs(this.#gaps, chance());
    this.#gaps += 1;
    this.#later(waitMs, () => {
      this.#againSoon = false;
      this.connection.link?.again();
    });
  }

  #listSoon(): void {
    const waitMs = this.#listedAt + CLIENT_LIMITS.listAgainMs - performance.now();
    if (waitMs <= 0) this.list().catch(() => {});
    else if (!this.#listingSoon) {
      this.#listingSoon = true;
      this.#later(waitMs, () => {
        this.#listingSoon = false;
        this.list().catch(() => {});
      });
    }
  }

  /** Whether everything is here that the server had when it was asked. */
  #look(): void {
    const { link } = this.connection;
    if (link !== null && link === this.#listed && this.#behind() === 0) this.connection.caughtUp();
  }

  #behind(): number {
    let behind = 0;
    for (const [id, head] of this.#heads) behind += Math.max(0, head - (this.#cursors.get(id) ?? head));
    return behind;
  }

  #watch(): void {
    const isStuck = this.#behind() > 0 && !this.#progress;
    this.#progress = false;
    if (isStuck) this.connection.link?.again();
  }

  #forget(): void {
    this.#wasListed = false;
    this.#cursors = new Cursors(this.#options.viewerId);
    this.#heads.clear();
  }

  #later(waitMs: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#closed) work();
    }, waitMs);
    this.#timers.add(timer);
  }
}
