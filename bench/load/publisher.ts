import type { Publication } from '../dialects/dialect.ts';
import { DIALECTS } from '../dialects/dialects.ts';
import { bodyOf } from './body.ts';
import { nowMicros } from './clock.ts';
import { HttpConnection } from './http-connection.ts';
import type { Site } from './job.ts';

/** Message `number` as whoever sits at a seat sends it to the seat's group. */
export function publicationOf({ groups, tokens }: Site, seat: number, number: number): Publication {
  const body = bodyOf(nowMicros(), number);
  return {
    group: groups[seat % groups.length] as string,
    token: tokens[seat] ?? '',
    body,
    // The time and the number: nobody else's.
    nonce: body.slice(2, 26),
  };
}

/** Publishes over one HTTP connection. */
export class Publisher {
  readonly #site: Site;
  readonly #connection: HttpConnection;

  private constructor(site: Site, connection: HttpConnection) {
    this.#site = site;
    this.#connection = connection;
  }

  static async open(site: Site): Promise<Publisher> {
    return new Publisher(site, await HttpConnection.open(site.port));
  }

  /** Resolves when the server has acknowledged message `number`, sent by the first member of its group or from another seat of it. */
  async publish(number: number, seat = number % this.#site.groups.length): Promise<void> {
    const dialect = DIALECTS[this.#site.dialect];
    const publication = publicationOf(this.#site, seat, number);
    const headers = dialect.httpHeaders(publication.token);
    await this.#connection.post(dialect.httpPath, headers, dialect.httpBody(publication));
  }

  close(): void {
    this.#connection.close();
  }
}
