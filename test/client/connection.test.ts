import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection, type ConnectionState, type Transport } from '../../src/client/connection.ts';
import { CLIENT_LIMITS } from '../../src/client/limits.ts';
import { type Link, type LinkEnd, LinkError, type TransportName } from '../../src/client/link.ts';

const ENDPOINT = { url: 'ws://known/graphql', httpUrl: 'http://known/graphql' };
const ELSEWHERE = { url: 'ws://elsewhere/graphql', httpUrl: 'http://elsewhere/graphql' };

/** Transports that do what a test says, in place of a network: what is tried here is in which order and when. */
class Script {
  readonly opened: string[] = [];
  readonly works = new Set<TransportName>();
  readonly expired: string[] = [];
  /** Why what does not work does not. */
  why: LinkEnd = 'lost';
  token = 'token-1';
  endpoints = [ENDPOINT];
  states: ConnectionState[] = [];
  #end: (end: LinkEnd) => void = () => {};

  transport(name: TransportName): Transport {
    return [
      name,
      async ({ endpoint, accessToken }) => {
        this.opened.push(`${name} ${new URL(endpoint.url).host} ${accessToken}`);
        if (!this.works.has(name)) throw new LinkError(this.why);
        const { promise, resolve } = Promise.withResolvers<LinkEnd>();
        this.#end = resolve;
        const close = (): void => resolve('closed');
        return {
          transport: name,
          ended: promise,
          again() {},
          watch() {},
          renew() {},
          check() {},
          close,
        } satisfies Link;
      },
    ];
  }

  end(how: LinkEnd): void {
    this.#end(how);
  }

  start(): Connection {
    const connection: Connection = new Connection({
      transports: [this.transport('websocket'), this.transport('server-sent events'), this.transport('polling')],
      endpoints: async () => this.endpoints,
      token: async () => this.token,
      positions: () => [],
      take() {},
      takePresence() {},
      expired: (accessToken) => {
        this.expired.push(accessToken);
        this.token = `${accessToken}+`;
      },
      rewound() {},
      opened: () => queueMicrotask(() => connection.caughtUp()),
      changed: (state) => this.states.push(state),
    });
    return connection;
  }
}

describe('a connection', () => {
  let script: Script;
  let connection: Connection;

  beforeEach(() => {
    vi.useFakeTimers();
    script = new Script();
  });
  afterEach(() => {
    connection.close();
    vi.useRealTimers();
  });

  const start = async (...works: TransportName[]): Promise<void> => {
    for (const each of works) script.works.add(each);
    connection = script.start();
    await vi.advanceTimersByTimeAsync(0);
  };

  it('takes the first transport that works, at the address that it was sent to before any other', async () => {
    script.endpoints = [ELSEWHERE, ENDPOINT];
    await start('server-sent events', 'polling');
    expect(script.opened).toEqual([
      'websocket elsewhere token-1',
      'websocket known token-1',
      'server-sent events elsewhere token-1',
    ]);
    expect(connection.state).toEqual({ status: 'live', transport: 'server-sent events' });
  });

  it('tries the better ones again, and moves without a moment offline', async () => {
    await start('polling');
    script.states = [];
    script.works.add('websocket');
    await vi.advanceTimersByTimeAsync(CLIENT_LIMITS.upgradeMs);
    expect(connection.state).toEqual({ status: 'live', transport: 'websocket' });
    expect(script.states.map(({ status }) => status)).toEqual(['catching up', 'live']);
  });

  it('comes back within a second at first, and goes on for ever at most ten seconds apart', async () => {
    await start('websocket');
    script.works.clear();
    script.end('lost');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(script.opened.length).toBeGreaterThan(1);
    expect(connection.state.status).toBe('offline');
    const before = script.opened.length;
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    // Three transports a try, and on average five seconds between tries.
    expect(script.opened.length - before).toBeGreaterThan(3 * 300);
    script.works.add('websocket');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(connection.state.status).toBe('live');
  });

  it('says since when it is offline, however often it tries', async () => {
    await start();
    const { state } = connection;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connection.state).toBe(state);
  });

  it('gets another token and comes back at once where the old one is refused', async () => {
    await start('websocket');
    script.end('expired');
    await vi.advanceTimersByTimeAsync(0);
    expect(script.expired).toEqual(['token-1']);
    expect(script.opened.at(-1)).toBe('websocket known token-1+');
    expect(connection.state.status).toBe('live');
  });

  it('tries no other transport where the token is refused: they would meet the same', async () => {
    script.why = 'expired';
    await start();
    expect(script.opened.every((name) => name.startsWith('websocket'))).toBe(true);
    expect(script.expired[0]).toBe('token-1');
  });

  it('never uses a transport again that refused it for good, and goes on with the next', async () => {
    await start('websocket', 'server-sent events');
    script.end('refused');
    await vi.advanceTimersByTimeAsync(0);
    expect(connection.state).toEqual({ status: 'live', transport: 'server-sent events' });
    await vi.advanceTimersByTimeAsync(10 * CLIENT_LIMITS.upgradeMs);
    expect(script.opened.filter((name) => name.startsWith('websocket'))).toHaveLength(1);
  });

  it('waits longer where too much was asked', async () => {
    await start('websocket');
    script.end('busy');
    await vi.advanceTimersByTimeAsync(CLIENT_LIMITS.retryMaxMs / 2 - 1);
    expect(script.opened).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(CLIENT_LIMITS.retryMaxMs);
    expect(script.opened).toHaveLength(2);
  });

  it('looks at once when it is woken', async () => {
    await start();
    await vi.advanceTimersByTimeAsync(60_000);
    script.works.add('websocket');
    connection.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(connection.state.status).toBe('live');
  });

  it('is closed for good', async () => {
    await start('websocket');
    connection.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(script.opened).toHaveLength(1);
  });
});
