import type { ServerResponse } from 'node:http';
import type { ClientConnection } from '../graphql/context.ts';
import type { ClientAddress } from './client-address.ts';

export interface HttpConnectionOptions extends ClientAddress {
  readonly requestId: string;
  readonly response: ServerResponse;
  /** Aborts when the node can't wait any longer for what requests wait for. */
  readonly finishing: AbortSignal;
}

/** The request that an operation came by. */
export class HttpConnection implements ClientConnection {
  readonly requestId: string;
  readonly clientAddress: string;
  readonly baseUrl: string;
  readonly #response: ServerResponse;
  readonly #finishing: AbortSignal;
  #signal: AbortSignal | null = null;

  constructor({ requestId, address, baseUrl, response, finishing }: HttpConnectionOptions) {
    this.requestId = requestId;
    this.clientAddress = address;
    this.baseUrl = baseUrl;
    this.#response = response;
    this.#finishing = finishing;
  }

  /** Made when it is first asked for: few operations wait for anything. */
  get signal(): AbortSignal {
    this.#signal ??= this.#makeSignal();
    return this.#signal;
  }

  readonly overflow = (): void => void this.#response.destroy();

  #makeSignal(): AbortSignal {
    const abort = new AbortController();
    const end = (): void => abort.abort();
    this.#finishing.addEventListener('abort', end, { once: true });
    this.#response.once('close', () => {
      this.#finishing.removeEventListener('abort', end);
      end();
    });
    if (this.#finishing.aborted || this.#response.closed) end();
    return abort.signal;
  }
}
