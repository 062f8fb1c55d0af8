import { ClientInboxDocument, ClientPresenceDocument } from '../../schema/generated/client.ts';
import { chunks } from './chunks.ts';
import type { ChannelEvent } from './event.ts';
import { readEventStream } from './event-stream.ts';
import { CLIENT_LIMITS } from './limits.ts';
import { type Link, type LinkEnd, LinkError, type LinkOptions, type PresenceUpdate } from './link.ts';

/** Server-sent events: a stream for the inbox, and one for presence. */
export class StreamLink implements Link {
  readonly transport = 'server-sent events';
  readonly ended: Promise<LinkEnd>;
  readonly #options: LinkOptions;
  readonly #opened = Promise.withResolvers<void>();
  readonly #over = Promise.withResolvers<LinkEnd>();
  #accessToken: string;
  #inbox = new AbortController();
  #presence = new AbortController();
  #watched: readonly string[] = [];
  #heardAt = performance.now();

  private constructor(options: LinkOptions) {
    this.#options = options;
    this.#accessToken = options.accessToken;
    this.ended = this.#over.promise;
    this.ended.then((end) => {
      this.#inbox.abort();
      this.#presence.abort();
      this.#opened.reject(new LinkError(end));
    });
  }

  static async open(options: LinkOptions): Promise<Link> {
    const link = new StreamLink(options);
    link.again();
    await link.#opened.promise;
    return link;
  }

  again(): void {
    const { positions, take } = this.#options;
    this.#inbox.abort();
    this.#inbox = new AbortController();
    const { signal } = this.#inbox;
    this.#read(ClientInboxDocument, { after: positions() }, signal, ({ inbox }) => take(inbox as ChannelEvent)).then(
      (end) => {
        if (!signal.aborted) this.#over.resolve(end);
      },
    );
  }

  watch(userIds: readonly string[]): void {
    this.#watched = userIds;
    this.#presence.abort();
    this.#presence = new AbortController();
    const { signal } = this.#presence;
    for (const chunk of chunks(userIds, CLIENT_LIMITS.presenceUsersMax)) {
      const take = ({ presence }: Readonly<Record<string, unknown>>): void =>
        this.#options.takePresence(presence as PresenceUpdate);
      // Presence is no reason to let go of messages.
      void this.#read(ClientPresenceDocument, { userIds: chunk }, signal, take);
    }
  }

  /** A stream ends with its token, so it is begun anew with the newer one. */
  renew(accessToken: string): void {
    this.#accessToken = accessToken;
    this.again();
    this.watch(this.#watched);
  }

  /** Silence ends a stream in time; whoever wants to know at once begins anew. */
  check(): void {
    if (performance.now() - this.#heardAt > CLIENT_LIMITS.streamBeatMs) this.again();
  }

  close(): void {
    this.#over.resolve('closed');
  }

  #read(
    query: string,
    variables: object,
    signal: AbortSignal,
    next: (data: Readonly<Record<string, unknown>>) => void,
  ): Promise<LinkEnd> {
    return readEventStream({
      url: this.#options.endpoint.httpUrl,
      accessToken: this.#accessToken,
      query,
      variables,
      signal,
      heard: () => {
        this.#heardAt = performance.now();
        this.#opened.resolve();
      },
      // What an earlier stream still brings is known or will come again.
      next: (data) => {
        if (!signal.aborted) next(data);
      },
    });
  }
}
