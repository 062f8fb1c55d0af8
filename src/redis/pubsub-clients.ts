import { Redis } from 'ioredis';
import { unavailable } from '../domain/error.ts';
import { clientOptions, type RedisTls } from './client-options.ts';
import { Gate } from './gate.ts';

/** A publication waits so long for a connection: a short break goes unnoticed. */
const CONNECTION_WAIT_MS = 1_000;

/**
 * The clients that an event target is given. It drops the promises of what it calls: they are held here, so that a
 * failure is nobody's unhandled rejection and a caller can wait for Redis' answer.
 */
export class PublishClient extends Redis {
  readonly #pendingBytesMax: number;
  readonly #connected = new Gate();
  #pendingBytes = 0;
  /** Of the newest call, which the event target makes before its own returns: how many got it, or UNAVAILABLE. */
  published: Promise<number> = Promise.resolve(0);

  /** Past `pendingBytesMax` that wait for their answer, a publication is refused. */
  constructor(
    url: string,
    { tls, pendingBytesMax }: { readonly tls: RedisTls | null; readonly pendingBytesMax: number },
  ) {
    super(url, clientOptions(url, tls));
    this.#pendingBytesMax = pendingBytesMax;
    this.on('ready', () => this.#connected.open());
    this.on('close', () => this.#connected.shut());
    this.on('end', () => this.#connected.refuse(new Error('The client is closed.')));
  }

  override publish(topic: string, message: string): Promise<number> {
    this.published = this.#publish(topic, message);
    this.published.catch(() => {});
    return this.published;
  }

  async #publish(topic: string, message: string): Promise<number> {
    const bytes = Buffer.byteLength(message);
    if (this.#pendingBytes + bytes > this.#pendingBytesMax) throw unavailable('Too much waits for the bus.');
    this.#pendingBytes += bytes;
    try {
      await this.#connected.pass(CONNECTION_WAIT_MS);
      return await super.publish(topic, message);
    } catch (error) {
      throw unavailable('The bus is away.', error);
    } finally {
      this.#pendingBytes -= bytes;
    }
  }
}

export class SubscribeClient extends Redis {
  /** Of the newest call: resolves when Redis has acknowledged it. */
  subscribed: Promise<unknown> = Promise.resolve();

  constructor(url: string, tls: RedisTls | null) {
    super(url, clientOptions(url, tls));
  }

  /**
   * Rejects until the client is ready. ioredis would let it pass as soon as there is a connection, and then end that connection, on
   * which the server has acknowledged it: its own check that the server is ready can't be made once a topic is subscribed to.
   */
  override subscribe(...topics: readonly unknown[]): Promise<unknown> {
    this.subscribed =
      this.status === 'ready'
        ? super.subscribe(...(topics as string[]))
        : Promise.reject(new Error('The client is not ready.'));
    this.subscribed.catch(() => {});
    return this.subscribed;
  }

  /** One that fails has ended with its connection: the next one subscribes to what is wanted then. */
  override unsubscribe(...topics: readonly unknown[]): Promise<unknown> {
    const unsubscribed = super.unsubscribe(...(topics as string[]));
    unsubscribed.catch(() => {});
    return unsubscribed;
  }
}
