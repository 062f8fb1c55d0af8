import { ACL, type Client, CreateMode, Exception, Id, Permission, State } from 'node-zookeeper-client';
import { createGuardedClient, leaveClient } from './guarded-client.ts';

export interface ZooKeeperCredentials {
  readonly username: string;
  readonly password: string;
}

export interface SessionOptions {
  /** `host:port`, commas between, a path of its own after the last where wanted. */
  readonly address: string;
  /** What is made then belongs to who proves to be the same; null: to anyone. */
  readonly credentials: ZooKeeperCredentials | null;
  readonly sessionMs: number;
  /** Called whenever there is a connection, the first time and after each that was lost: watches may have been missed. */
  readonly connected: (session: Session) => void;
  /** Called once: the session has ended, or must be taken to have. Nothing of it is of use any more. */
  readonly lost: (session: Session, error: Error) => void;
}

const ANYONE = new ACL(Permission.ALL, new Id('world', 'anyone'));
const CREATOR = new ACL(Permission.ALL, new Id('auth', ''));

/** Looks at the server so often within a session's time. */
const CHECKS_PER_SESSION = 5;

const LOST: ReadonlyMap<State, string> = new Map([
  [State.EXPIRED, 'the session has expired'],
  [State.AUTH_FAILED, 'authentication failed'],
]);

/** One session with ZooKeeper, whose client is done with when it ends. Calls reject once it has, and when no answer comes in time. */
export class Session {
  readonly #options: SessionOptions;
  readonly #client: Client;
  readonly #checks: NodeJS.Timeout;
  readonly #acl: ACL[];
  #heardAt = performance.now();
  #isConnected = false;
  #isOver = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { address, credentials, sessionMs } = options;
    this.#acl = [credentials === null ? ANYONE : CREATOR];
    const broken = (error: unknown): void => this.#lose(`the client failed (${error})`);
    this.#client = createGuardedClient(address, { sessionMs, broken });
    if (credentials !== null) {
      const { username, password } = credentials;
      this.#client.addAuthInfo('digest', Buffer.from(`${username}:${password}`));
    }
    this.#client.on('state', (state: State) => this.#became(state));
    this.#checks = setInterval(() => this.#check(), sessionMs / CHECKS_PER_SESSION);
    this.#checks.unref();
    this.#client.connect();
  }

  get isConnected(): boolean {
    return this.#isConnected && !this.#isOver;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Creates the node and those above it where they are missing; they outlive the session. */
  ensure(path: string): Promise<unknown> {
    return this.#call((done) => this.#client.mkdirp(path, Buffer.alloc(0), this.#acl, CreateMode.PERSISTENT, done));
  }

  /** A node that goes with the session. False where there is one already, whosever it is. */
  async create(path: string, data: Buffer): Promise<boolean> {
    const act: Act<string> = (done) => this.#client.create(path, data, this.#acl, CreateMode.EPHEMERAL, done);
    return (await this.#callUnless(Exception.NODE_EXISTS, act)) !== null;
  }

  /** Does nothing where there is no such node. */
  async remove(path: string): Promise<void> {
    await this.#callUnless(Exception.NO_NODE, (done) => this.#client.remove(path, done));
  }

  /** False where there is no such node. */
  async write(path: string, data: Buffer): Promise<boolean> {
    const found = await this.#callUnless(Exception.NO_NODE, (done) => this.#client.setData(path, data, done));
    return found !== null;
  }

  /** The names below a path. The watch is called once, at the next change of them. */
  children(path: string, watch: () => void): Promise<readonly string[]> {
    return this.#call((done) => this.#client.getChildren(path, watch, done));
  }

  /** What a node holds and when it was created, as an order; null where it is gone. The watch is called once, at its next change. */
  read(path: string, watch: () => void): Promise<{ readonly data: Buffer; readonly createdAs: bigint } | null> {
    return this.#callUnless(Exception.NO_NODE, (done) =>
      this.#client.getData(path, watch, (error, data, stat) =>
        done(error, error === null ? { data, createdAs: stat.czxid.readBigUInt64BE() } : undefined),
      ),
    );
  }

  /** Ends it in an orderly way, which takes its nodes away at once; by force where the server does not answer. */
  async end(): Promise<void> {
    this.#over();
    await leaveClient(this.#client, this.#isConnected ? this.#options.sessionMs / CHECKS_PER_SESSION : 0);
  }

  #became(state: State): void {
    if (this.#isOver) return;
    this.#isConnected = state === State.SYNC_CONNECTED;
    const reason = LOST.get(state);
    if (reason !== undefined) this.#lose(reason);
    else if (this.#isConnected) this.#options.connected(this);
  }

  /** The client has no time limit of its own: a frozen server would be waited for for ever. */
  #check(): void {
    const { sessionMs } = this.#options;
    if (performance.now() - this.#heardAt > sessionMs) this.#lose(`no answer for ${sessionMs} ms`);
    else if (this.#isConnected) this.#call((done) => this.#client.exists('/', done)).catch(() => {});
  }

  #lose(reason: string): void {
    if (this.#isOver) return;
    this.#over();
    void leaveClient(this.#client, 0);
    this.#options.lost(this, new Error(`ZooKeeper: ${reason}.`));
  }

  #over(): void {
    this.#isOver = true;
    clearInterval(this.#checks);
  }

  /** Null where it fails with the code. */
  async #callUnless<Result>(code: number, act: Act<Result>): Promise<Result | null> {
    try {
      return await this.#call(act);
    } catch (error) {
      if (error instanceof Exception && error.getCode() === code) return null;
      throw error;
    }
  }

  async #call<Result>(act: Act<Result>): Promise<Result> {
    if (this.#isOver) throw new Error('The session is over.');
    const askedAt = performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const timer = setTimeout(() => reject(new Error('ZooKeeper did not answer.')), this.#options.sessionMs);
    timer.unref();
    act((error, result) => (error === null ? resolve(result as Result) : reject(error)));
    try {
      const result = await promise;
      this.#heardAt = Math.max(this.#heardAt, askedAt);
      return result;
    } finally {
      clearTimeout(timer);
    }
  }
}

type Act<Result> = (done: (error: Error | Exception | null, result?: Result) => void) => void;
