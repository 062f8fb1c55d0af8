import { run } from './graphql.ts';
import type { Person } from './person.ts';
import type { Door } from './place.ts';
import { TestSocket } from './socket.ts';
import { until } from './until.ts';

interface Changed {
  readonly user: { readonly id: string };
  readonly presence: { readonly status: string; readonly lastSeenAt: string | null };
}

const ON_PRESENCE =
  'subscription ($userIds: [ID!]!) { presence(userIds: $userIds) { user { id } presence { status lastSeenAt } } }';
const PRESENCE = 'query ($handle: String!) { user(handle: $handle) { presence { status lastSeenAt } } }';

export const presenceOf = async (url: string, by: Person, { handle }: Person): Promise<Changed['presence']> =>
  (await run<{ user: { presence: Changed['presence'] } }>(url, by.token, PRESENCE, { handle })).user.presence;

/** What one person is told of another's presence, with when it came. */
export class Watcher implements AsyncDisposable {
  readonly told: (Changed['presence'] & { readonly at: number })[] = [];
  readonly #socket: TestSocket;

  private constructor(socket: TestSocket) {
    this.#socket = socket;
  }

  static async of({ wsUrl }: Door, by: Person, { id }: Person): Promise<Watcher> {
    const socket = await TestSocket.connect(wsUrl, by.token);
    const watcher = new Watcher(socket);
    socket.webSocket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as { payload?: { data?: { presence?: Changed } } };
      const { presence } = frame.payload?.data?.presence ?? {};
      if (presence !== undefined) watcher.told.push({ ...presence, at: performance.now() });
    });
    socket.subscribe('1', ON_PRESENCE, { userIds: [id] });
    await watcher.times(1);
    return watcher;
  }

  get statuses(): readonly string[] {
    return this.told.map(({ status }) => status);
  }

  async times(count: number): Promise<Changed['presence'] & { readonly at: number }> {
    await until(`${count} times to be told of presence`, () => this.told.length >= count, 20_000);
    return this.told[count - 1] as Changed['presence'] & { readonly at: number };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#socket[Symbol.asyncDispose]();
  }
}
