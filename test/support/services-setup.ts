import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestProject } from 'vitest/node';
import { KINDS, type Kind } from '../../scripts/services/origin.ts';
import { Report } from '../../scripts/services/report.ts';
import { Services } from '../../scripts/services/services.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where tests, which run in other processes than the set-up, ask for servers. */
    servicesDesk: string;
  }
}

/** Starts each kind of server when a test first asks for it, and ends them all after the run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const report = new Report((line) => process.stderr.write(`${line}\n`));
  const end = new AbortController();
  const started = new Map<Kind, Promise<Services>>();

  function start(kind: Kind): Promise<Services> {
    const present = started.get(kind);
    if (present !== undefined) return present;
    const starting = Services.start({ only: [kind], redisServers: 2, ports: 'free', report, signal: end.signal });
    started.set(kind, starting);
    return starting;
  }

  async function variablesFor(request: IncomingMessage): Promise<Record<string, string>> {
    const asked: unknown = JSON.parse(await text(request));
    const kinds = KINDS.filter((kind) => Array.isArray(asked) && asked.includes(kind));
    const services = await Promise.all(kinds.map(start));
    return Object.assign({}, ...services.map(({ variables }) => variables));
  }

  const desk = createServer((request, response) => {
    variablesFor(request).then(
      (variables) => response.end(JSON.stringify(variables)),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  const address = desk.address();
  if (address === null || typeof address === 'string') throw new Error('The desk has no port.');
  project.provide('servicesDesk', `http://127.0.0.1:${address.port}`);

  return async () => {
    end.abort(new Error('the test run is over'));
    desk.close();
    desk.closeAllConnections();
    for (const settled of await Promise.allSettled(started.values())) {
      if (settled.status === 'fulfilled') await settled.value[Symbol.asyncDispose]();
    }
  };
}
