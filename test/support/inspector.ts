import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Node } from './node.ts';
import { until } from './until.ts';

/** To start a node with, where a test looks into it. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;

interface Answer {
  readonly id: number;
  readonly result: { readonly result?: { readonly value?: unknown } };
}

/** What a running node's own process says of itself, by Node's inspector: nothing of the product is there for it. */
export class Inspector implements AsyncDisposable {
  readonly #webSocket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  private constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket;
    webSocket.on('message', (data) => {
      const answer = JSON.parse(String(data)) as Answer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  static async of(node: Node): Promise<Inspector> {
    const address = await until('the inspector', () => /Debugger listening on (ws:\S+)/.exec(node.output)?.[1]);
    const webSocket = new WebSocket(address);
    await once(webSocket, 'open');
    return new Inspector(webSocket);
  }

  /** What is reachable in the node's heap and what is kept outside for it, after all garbage has been collected. */
  async liveBytes(): Promise<number> {
    await this.#call('HeapProfiler.collectGarbage');
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
    return Number((await this.#call('Runtime.evaluate', { expression })).result.result?.value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#webSocket.terminate();
  }

  #call(method: string, params: object = {}): Promise<Answer> {
    this.#calls += 1;
    const id = this.#calls;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    this.#webSocket.send(JSON.stringify({ id, method, params }));
    return promise;
  }
}
