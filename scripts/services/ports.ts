import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

export type PortChoice = 'standard' | 'free';

/** Below the range that systems give to outgoing connections, so that a stopped server's port is still its own when it comes back. */
const FREE_PORT_MIN = 20_000;
const FREE_PORT_MAX = 32_000;
const ATTEMPTS_MAX = 200;

/** Hands out ports that nobody listens on, each once. */
export class Ports {
  readonly #choice: PortChoice;
  readonly #taken = new Set<number>();

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

  async #takeIfFree(port: number, hosts: readonly string[]): Promise<boolean> {
    if (this.#taken.has(port)) return false;
    this.#taken.add(port);
    for (const host of hosts) {
      if (!(await isFree(port, host))) {
        this.#taken.delete(port);
        return false;
      }
    }
    return true;
  }
}

async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRNOTAVAIL') {
      throw new Error(`${host} is not an address of this machine (on macOS: sudo ifconfig lo0 alias ${host}).`);
    }
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
