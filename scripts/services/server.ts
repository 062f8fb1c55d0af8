import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Address } from './exchange.ts';
import type { Leash } from './leash.ts';
import type { Program, Running } from './origin.ts';
import type { Plan, ServerKind } from './plan.ts';
import { describeEnd, GroupProcess, tailOf } from './process.ts';

const POLL_MS = 100;
const GRACE_MS = 30_000;

export type ServerState = 'down' | 'starting' | 'running' | 'paused';

export interface ServerOptions {
  readonly plan: Plan;
  readonly leash: Leash;
  /** Tells the servers of two runs apart. */
  readonly runName: string;
  /** Told when it dies without having been asked to, with what ended it and the end of its log. */
  readonly onDeath: (server: Server, cause: string) => void;
}

/** One server on this machine, which keeps its data and its port whatever is done to it. Ask one thing at a time of it. */
export class Server {
  readonly #options: ServerOptions;
  readonly #logPath: string;
  readonly #instanceName: string;
  #process: GroupProcess | undefined;
  #state: ServerState = 'down';
  /** Set while an end is wanted, so that it is no death. */
  #isEnding = false;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#logPath = join(options.plan.directory, 'log');
    this.#instanceName = `${options.runName}-${options.plan.name}`;
  }

  get name(): string {
    return this.#options.plan.name;
  }

  get kind(): ServerKind {
    return this.#options.plan.kind;
  }

  get address(): Address {
    return this.#options.plan.address;
  }

  get label(): string {
    return this.#options.plan.origin.label;
  }

  get state(): ServerState {
    return this.#state;
  }

  /** Of the server itself, or of the client of the container engine that shows it; undefined while it is down. */
  get processId(): number | undefined {
    return this.#process?.processId;
  }

  /** Starts it and waits until it answers. Rejects with the end of its log when it doesn't in time; it is down then. */
  async start(signal?: AbortSignal): Promise<void> {
    const { plan } = this.#options;
    if (this.#state !== 'down') throw new Error(`${this.name} is ${this.#state}.`);
    await this.#prepare();
    signal?.throwIfAborted();
    this.#state = 'starting';
    this.#isEnding = false;
    try {
      const running = await this.#launch(plan.program);
      await this.#untilReady(running, signal);
    } catch (error) {
      await this.kill();
      this.#state = 'down';
      throw error;
    }
    this.#state = 'running';
  }

  /** Asks it to end, by force after 30 seconds. Does nothing to one that is down. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it at once, with no chance to write anything (kill -9). Does nothing to one that is down. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Holds it still with its connections open (SIGSTOP). */
  async pause(): Promise<void> {
    if (this.#state !== 'running') throw new Error(`${this.name} is ${this.#state}.`);
    await this.#signal('SIGSTOP');
    this.#state = 'paused';
  }

  /** Lets one that was paused go on (SIGCONT). */
  async resume(): Promise<void> {
    if (this.#state !== 'paused') throw new Error(`${this.name} is ${this.#state}.`);
    await this.#signal('SIGCONT');
    this.#state = 'running';
  }

  /** Stops it where it is up, and starts it with the same data and port. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async #prepare(): Promise<void> {
    const { plan } = this.#options;
    await mkdir(join(plan.directory, 'conf'), { recursive: true });
    for (const [name, text] of Object.entries(plan.files)) {
      await writeFile(join(plan.directory, 'conf', name), text);
    }
    const { format } = plan;
    if (format === undefined || existsSync(join(plan.directory, format.makes))) return;
    const formatting = await this.#launch(format.program);
    const ended = await formatting.ended;
    if (ended.code !== 0) throw new Error(await this.#failure(`could not prepare its data (${describeEnd(ended)})`));
  }

  async #launch(program: Program): Promise<GroupProcess> {
    const { plan, leash } = this.#options;
    const { directory, origin } = plan;
    const command = origin.command(program, { name: this.#instanceName, directory });
    const started = await GroupProcess.start(command, { directory, logPath: this.#logPath });
    this.#process = started;
    leash.hold(this.#instanceName, origin.forcedEnd(this.#running(started)));
    void started.ended.then(async (ended) => {
      leash.release(this.#instanceName);
      this.#process = undefined;
      const wasUp = this.#state === 'running' || this.#state === 'paused';
      this.#state = 'down';
      if (wasUp && !this.#isEnding) this.#options.onDeath(this, await this.#failure(`died (${describeEnd(ended)})`));
    });
    return started;
  }

  async #untilReady(running: GroupProcess, signal: AbortSignal | undefined): Promise<void> {
    const { isReady, readyMsMax } = this.#options.plan;
    const deadlineMs = performance.now() + readyMsMax;
    while (!(await isReady())) {
      signal?.throwIfAborted();
      if (running.isOver) throw new Error(await this.#failure(`ended at once (${describeEnd(await running.ended)})`));
      if (performance.now() > deadlineMs) {
        throw new Error(await this.#failure(`did not answer within ${readyMsMax / 1_000} s`));
      }
      await wait(POLL_MS);
    }
    // Another program may have taken the port first, and answered.
    if (running.isOver) throw new Error(await this.#failure(`ended at once (${describeEnd(await running.ended)})`));
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.isOver) return;
    this.#isEnding = true;
    await this.#signal(signal);
    if (signal === 'SIGKILL') {
      await running.ended;
      return;
    }
    // One that is held still would notice nothing.
    await this.#signal('SIGCONT');
    const grace = new AbortController();
    const graceIsOver = wait(GRACE_MS, true, { signal: grace.signal }).catch(() => false);
    if (await Promise.race([graceIsOver, running.ended.then(() => false)])) await this.#signal('SIGKILL');
    grace.abort();
    await running.ended;
  }

  async #signal(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (running !== undefined) await this.#options.plan.origin.signal(this.#running(running), signal);
  }

  #running({ processId }: GroupProcess): Running {
    return { name: this.#instanceName, processId };
  }

  async #failure(what: string): Promise<string> {
    const tail = await tailOf(this.#logPath);
    return tail === '' ? `${this.name} ${what}.` : `${this.name} ${what}. The end of ${this.#logPath}:\n${tail}`;
  }
}
