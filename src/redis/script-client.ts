import { Redis } from 'ioredis';
import { unavailable } from '../domain/error.ts';
import { clientOptions, type RedisTls } from './client-options.ts';
import { Gate } from './gate.ts';
import { Heartbeat } from './heartbeat.ts';

export interface ScriptClientOptions {
  readonly url: string;
  readonly tls: RedisTls | null;
  readonly name: string;
  /** Scripts that wait for their answer: past it more are refused. */
  readonly pendingMax: number;
  readonly failed: (error: unknown) => void;
  /** Called whenever there is a connection, the first time too. */
  readonly connected: () => void;
}

/** A script waits so long for a connection: a short break goes unnoticed. */
const CONNECTION_WAIT_MS = 1_000;

/** Runs scripts on one server, each as one step that nothing else comes between. */
export class ScriptClient {
  readonly #options: ScriptClientOptions;
  readonly #redis: Redis;
  readonly #heartbeat: Heartbeat;
  readonly #connected = new Gate();
  #pending = 0;

  constructor(options: ScriptClientOptions) {
    const { url, tls, name, failed, connected } = options;
    this.#options = options;
    this.#redis = new Redis(url, clientOptions(url, tls));
    this.#redis.on('ready', () => {
      this.#connected.open();
      connected();
    });
    this.#redis.on('close', () => this.#connected.shut());
    this.#redis.on('end', () => this.#connected.refuse(new Error('The client is closed.')));
    this.#heartbeat = new Heartbeat({ client: this.#redis, name, failed });
  }

  get isConnected(): boolean {
    return this.#redis.status === 'ready';
  }

  /** `KEYS[1]` is the key that all keys of the script begin with. UNAVAILABLE where it is not known to have run; it may have. */
  async run(script: string, keyPrefix: string, words: readonly (string | number)[]): Promise<unknown> {
    if (this.#pending >= this.#options.pendingMax) throw unavailable('Too much waits for presence.');
    this.#pending += 1;
    try {
      await this.#connected.pass(CONNECTION_WAIT_MS);
      return await this.#redis.eval(script, 1, keyPrefix, ...words);
    } catch (error) {
      throw unavailable('Presence is away.', error);
    } finally {
      this.#pending -= 1;
    }
  }

  end(): void {
    this.#heartbeat.end();
  }
}
