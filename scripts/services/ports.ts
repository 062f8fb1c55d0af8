import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

export type PortChoice = 'standard' | 'free';

/** Below the range that systems give to outgoing connections, so that a stopped server's port is still its own when it comes back. */
const FREE_PORT_MIN = 20_000;
const FREE_PORT_MAX = 32_000;
const ATTEMPTS_MAX = 200;

/**
 * A loopback address that no server uses. Who listens on it at a port has claimed that port: two runs that start at once never choose
 * the same, and a port stays claimed while its server is down. The system ends the claim with the process.
 */
const CLAIM_HOST = '127.255.255.254';

type Listening = { readonly server: Server } | { readonly error: string };

/** Hands out ports that nobody listens on, each once, and holds them until it is disposed of. */
export class Ports implements Disposable {
  readonly #choice: PortChoice;
  readonly #claims = new Map<number, Server | undefined>();

  constructor(choice: PortChoice) {
    this.#choice = choice;
  }

  /** The standard port where it is free on every host and was not ruled out, else a random one that is. */
  async take(standardPort: number, hosts: readonly string[]): Promise<number> {
    if (this.#choice === 'standard' && (await this.#takeIfFree(standardPort, hosts))) return standardPort;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const port = randomInt(FREE_PORT_MIN, FREE_PORT_MAX);
      if (await this.#takeIfFree(port, hosts)) return port;
    }
    throw new Error(`No free port between ${FREE_PORT_MIN} and ${FREE_PORT_MAX} on ${hosts.join(', ')}.`);
  }

  [Symbol.dispose](): void {
    for (const claim of this.#claims.values()) claim?.close();
    this.#claims.clear();
  }

  async #takeIfFree(port: number, hosts: readonly string[]): Promise<boolean> {
    if (this.#claims.has(port)) return false;
    const claim = await listen(port, CLAIM_HOST);
    // Where the address is none of the machine's there are no claims (macOS).
    if ('error' in claim && claim.error !== 'EADDRNOTAVAIL') return false;
    this.#claims.set(port, 'server' in claim ? claim.server : undefined);
    for (const host of hosts) {
      if (!(await isFree(port, host))) {
        this.#claims.get(port)?.close();
        this.#claims.delete(port);
        return false;
      }
    }
    return true;
  }
}

async function isFree(port: number, host: string): Promise<boolean> {
  const listening = await listen(port, host);
  if ('error' in listening) {
    if (listening.error !== 'EADDRNOTAVAIL') return false;
    throw new Error(`${host} is not an address of this machine (on macOS: sudo ifconfig lo0 alias ${host}).`);
  }
  listening.server.close();
  await once(listening.server, 'close');
  return true;
}

async function listen(port: number, host: string): Promise<Listening> {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
    return { server };
  } catch (error) {
    return { error: error instanceof Error && 'code' in error ? String(error.code) : String(error) };
  }
}
