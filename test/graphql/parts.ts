import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionResult } from 'graphql';
import { LIMITS, type Limits } from '../../src/config/limits.ts';
import { createStaticDiscovery } from '../../src/discovery/static.ts';
import type { Viewer } from '../../src/domain/viewer.ts';
import { type ClientConnection, createContext } from '../../src/graphql/context.ts';
import { createEngine, type Engine } from '../../src/graphql/engine.ts';
import { createSqliteLog } from '../../src/log/sqlite.ts';
import { createMemoryPresence } from '../../src/presence/memory.ts';
import { createMemoryPubSub } from '../../src/pubsub/memory.ts';
import { Sequencer } from '../../src/sequencer/sequencer.ts';
import { Submissions } from '../../src/sequencer/submissions.ts';
import { createServices } from '../../src/services/create-services.ts';
import type { Services } from '../../src/services/services.ts';
import { openDatabase } from '../../src/sqlite/database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite/storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { Hub } from '../../src/stream/hub.ts';

export interface Member {
  readonly id: string;
  readonly viewer: Viewer;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field, as a client without types does.
type Data = any;

export interface Answer {
  readonly data: Data;
  /** `CODE` or `CODE field`, of each error. */
  readonly codes: readonly string[];
}

const PASSWORD = 'correct horse battery';

/** Everything behind the transports, in this process and on a store of its own. */
export class Parts implements AsyncDisposable {
  readonly services: Services;
  readonly engine: Engine;
  /** What was logged as a fault. */
  readonly faults: readonly unknown[];
  /** Reads of the store by name, as `users.byIds`. */
  readonly reads: Map<string, number>;
  readonly #close: () => Promise<void>;

  private constructor(parts: Pick<Parts, 'services' | 'engine' | 'faults' | 'reads'> & { close: () => Promise<void> }) {
    this.services = parts.services;
    this.engine = parts.engine;
    this.faults = parts.faults;
    this.reads = parts.reads;
    this.#close = parts.close;
  }

  static async start(bounds: Partial<Limits> = {}): Promise<Parts> {
    const directory = await mkdtemp(join(tmpdir(), 'parley-graphql-'));
    const database = await openDatabase({ directory });
    const faults: unknown[] = [];
    const failed = (error: unknown): void => void faults.push(error);
    const reads = new Map<string, number>();
    const log = await createSqliteLog(database);
    const storage = counted(await createSqliteStorage(database), reads);
    const pubsub = createMemoryPubSub({ onError: failed });
    const presence = createMemoryPresence({ ttlMs: 30_000 });
    const limits: Limits = { ...LIMITS, ...bounds };
    const hub = new Hub({ pubsub, storage, limits, onError: failed });
    const sequencer = new Sequencer({ log, storage, pubsub, failed, limits });
    const submissions = new Submissions({ node: 'test', log, storage, pubsub, failed, limits });
    await submissions.start();
    await sequencer.start();
    const services = await createServices({
      ...{ storage, log, pubsub, presence, hub, submissions, limits, failed },
      discovery: createStaticDiscovery(),
      node: 'test',
      region: 'local',
      presenceTtlMs: 30_000,
      rateLimits: false,
      importToken: 'an import token',
    });
    const engine = createEngine({ limits, logger: { error: ({ err }) => failed(err) } });
    const close = async (): Promise<void> => {
      await services.presence.close();
      submissions.close();
      await sequencer.close();
      await hub.close();
      await pubsub.close();
      await presence.close();
      await database.close();
      await rm(directory, { recursive: true });
    };
    return new Parts({ services, engine, faults, reads, close });
  }

  async ask(member: Member | null, source: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    return answer(await this.engine.execute(this.#args(member, source, variables)));
  }

  /** The data of an operation that has to succeed. */
  async run(member: Member | null, source: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const { data, codes } = await this.ask(member, source, variables);
    if (codes.length > 0) throw new Error(codes.join(', '));
    return data;
  }

  async subscribe(
    member: Member | null,
    source: string,
    variables: Record<string, unknown> = {},
  ): Promise<AsyncIterableIterator<ExecutionResult> | Answer> {
    const result = await this.engine.subscribe(this.#args(member, source, variables));
    return Symbol.asyncIterator in result ? result : answer(result);
  }

  /** A subscription that has to begin, and the function that takes its next events. */
  async listen(member: Member, source: string, variables: Record<string, unknown> = {}) {
    const stream = await this.subscribe(member, source, variables);
    if (!(Symbol.asyncIterator in stream)) throw new Error(stream.codes.join(', '));
    const take = async (count: number): Promise<readonly Answer[]> => {
      const answers: Answer[] = [];
      while (answers.length < count) {
        const { done, value } = await stream.next();
        if (done === true) break;
        answers.push(answer(value));
      }
      return answers;
    };
    return { stream, take };
  }

  async signUp(handle: string): Promise<Member> {
    const { user, viewer } = await this.services.accounts.signUp({
      handle,
      name: handle,
      password: PASSWORD,
      clientAddress: '127.0.0.1',
    });
    return { id: user.id, viewer };
  }

  signUpAll(...handles: readonly string[]): Promise<Member[]> {
    return Promise.all(handles.map((handle) => this.signUp(handle)));
  }

  async createGroup(owner: Member, members: readonly Member[], delivery = 'PERSIST_FIRST'): Promise<string> {
    const input = { name: 'Tea', memberIds: members.map(({ id }) => id), delivery };
    const source = 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { channel { id } } }';
    return (await this.run(owner, source, { input })).createGroup.channel.id;
  }

  async send(sender: Member, channelId: string, text: string, more: Record<string, unknown> = {}): Promise<Data> {
    const input = { channelId, text, nonce: crypto.randomUUID(), ...more };
    const source =
      'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id sequence text } } }';
    return (await this.run(sender, source, { input })).sendMessage.message;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }

  #args(member: Member | null, source: string, variableValues: Record<string, unknown>) {
    const connection: ClientConnection = {
      requestId: 'request-1',
      clientAddress: '127.0.0.1',
      baseUrl: 'http://localhost:4000',
      signal: new AbortController().signal,
      overflow: () => {},
    };
    const contextValue = createContext(this.services, member?.viewer ?? null, connection);
    return { schema: this.engine.schema, document: this.engine.parse(source), variableValues, contextValue };
  }
}

export function answer({ data, errors = [] }: ExecutionResult): Answer {
  const codes = errors.map(({ extensions: { code, field } }) => (field === undefined ? `${code}` : `${code} ${field}`));
  return { data, codes };
}

/** The real store; each call of one of its parts is counted. */
function counted(storage: Storage, reads: Map<string, number>): Storage {
  const parts = Object.entries(storage).map(([name, part]) => [name, countedPart(name, part, reads)]);
  return { ...storage, ...Object.fromEntries(parts), close: () => storage.close() };
}

function countedPart(name: string, part: unknown, reads: Map<string, number>): unknown {
  if (typeof part !== 'object' || part === null) return part;
  return new Proxy(part, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const call = `${name}.${String(key)}`;
        reads.set(call, (reads.get(call) ?? 0) + 1);
        return Reflect.apply(value, target, args);
      };
    },
  });
}
