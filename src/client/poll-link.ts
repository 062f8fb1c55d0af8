import { ClientHeartbeatDocument, ClientUpdatesDocument, type TypedDocument } from '../../schema/generated/client.ts';
import { chunks } from './chunks.ts';
import { asParleyError } from './error.ts';
import { CLIENT_LIMITS } from './limits.ts';
import { endFrom, type Link, type LinkEnd, LinkError, type LinkOptions, type PresenceUpdate } from './link.ts';
import { Pause } from './pause.ts';
import { request } from './request.ts';

const ANSWER_MS_MAX = (CLIENT_LIMITS.pollWaitSeconds + 10) * 1_000;

/** Long polling: asks again and again for what comes after the positions. Heartbeats keep the user online meanwhile. */
export class PollLink implements Link {
  readonly transport = 'polling';
  readonly ended: Promise<LinkEnd>;
  readonly #options: LinkOptions;
  readonly #over = Promise.withResolvers<LinkEnd>();
  readonly #timers: readonly ReturnType<typeof setInterval>[];
  #poll = new AbortController();
  #watched: readonly string[] = [];
  #isOver = false;

  private constructor(options: LinkOptions) {
    this.#options = options;
    this.ended = this.#over.promise;
    this.#timers = [
      setInterval(() => void this.#ask(ClientHeartbeatDocument, {}).catch(() => {}), CLIENT_LIMITS.heartbeatMs),
      setInterval(() => this.#readPresence(), CLIENT_LIMITS.presencePollMs),
    ];
    this.ended.then(() => {
      this.#isOver = true;
      this.#poll.abort();
      for (const timer of this.#timers) clearInterval(timer);
    });
  }

  static async open(options: LinkOptions): Promise<Link> {
    const link = new PollLink(options);
    try {
      await link.#update(0);
    } catch (error) {
      link.close();
      throw new LinkError(endFrom(asParleyError(error)));
    }
    void link.#run();
    return link;
  }

  /** The present poll is given up; the next one asks from the positions as they are then. */
  again(): void {
    this.#poll.abort();
  }

  watch(userIds: readonly string[]): void {
    this.#watched = userIds;
    this.#readPresence();
  }

  /** Each poll asks for the token anew. */
  renew(): void {}

  check(): void {
    this.again();
  }

  close(): void {
    this.#over.resolve('closed');
  }

  async #run(): Promise<void> {
    let more = true;
    while (!this.#isOver) {
      this.#poll = new AbortController();
      const { signal } = this.#poll;
      try {
        more = await this.#update(more ? 0 : CLIENT_LIMITS.pollWaitSeconds, signal);
      } catch (error) {
        if (!signal.aborted) this.#over.resolve(endFrom(asParleyError(error)));
      }
    }
  }

  /** Whether more waits. */
  async #update(wait: number, signal?: AbortSignal): Promise<boolean> {
    const { positions, take } = this.#options;
    const variables = { after: positions(), wait, first: CLIENT_LIMITS.pollEvents };
    const { updates } = await this.#ask(ClientUpdatesDocument, variables, signal);
    for (const event of updates.events) take(event);
    // Of a channel that is not known yet the same would come at once, again and again.
    const isStuck = updates.events.length > 0 && JSON.stringify(positions()) === JSON.stringify(variables.after);
    if (isStuck) await new Pause().for(CLIENT_LIMITS.pollAgainMs);
    return updates.more;
  }

  async #readPresence(): Promise<void> {
    for (const chunk of chunks(this.#watched, CLIENT_LIMITS.presencePollUsersMax)) {
      const answer = await this.#ask(presencesOf(chunk), {}).catch(() => ({}));
      if (this.#isOver) return;
      for (const found of Object.values(answer)) {
        if (found?.presence) this.#options.takePresence({ user: { id: found.id }, presence: found.presence });
      }
    }
  }

  async #ask<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): Promise<Result> {
    const { endpoint, token } = this.#options;
    const accessToken = await token();
    return request(document, variables, { url: endpoint.httpUrl, accessToken, signal, timeoutMs: ANSWER_MS_MAX });
  }
}

type Found = { readonly id: string; readonly presence: PresenceUpdate['presence'] } | null;

/** `node` gives one user, so that many are asked for by many names. */
function presencesOf(userIds: readonly string[]): TypedDocument<Readonly<Record<string, Found>>, object> {
  const fields = userIds.map(
    (id, index) =>
      `user${index}: node(id: ${JSON.stringify(id)}) { ... on User { id presence { status lastSeenAt } } }`,
  );
  return `query ClientPresences { ${fields.join(' ')} }`;
}
