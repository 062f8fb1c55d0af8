import { get } from 'node:https';
import { join } from 'node:path';
import { installMissing } from '../services/apt.ts';
import type { OriginOptions } from '../services/origin.ts';
import { ownProcess } from '../services/packages.ts';
import { LOOPBACK, type Plan } from '../services/plan.ts';
import { run } from '../services/run.ts';
import type { NodePlan } from './nodes.ts';

/** The one that the containers use too. */
const CONFIGURATION = join(import.meta.dirname, '../../docker/edge/haproxy.cfg');

const ANSWER_MS_MAX = 2_000;
/** Debian puts it where only root looks. */
const PROGRAMS = ['haproxy', '/usr/sbin/haproxy'];

export interface EdgeOptions {
  readonly port: number;
  readonly directory: string;
  readonly nodes: readonly NodePlan[];
  /** What it serves at /cluster. */
  readonly page: string;
  readonly origin: OriginOptions;
}

/** HAProxy, with a certificate of its own making. */
export async function planEdge({ port, directory, nodes, page, origin }: EdgeOptions): Promise<Plan> {
  const { program, version } = await findHaproxy(origin);
  const certificate = await makeCertificate(origin);
  const address = { host: LOOPBACK, port };
  const own = join(directory, 'edge');
  const variables = {
    EDGE_BIND: `${address.host}:${port}`,
    EDGE_CERTIFICATE: join(own, 'conf', 'certificate.pem'),
    EDGE_PAGE: join(own, 'conf', 'page.txt'),
    ...Object.fromEntries(
      nodes.map((node) => [node.name.toUpperCase().replace('-', '_'), `${node.address.host}:${node.address.port}`]),
    ),
  };
  const environment = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return {
    ...{ name: 'edge', kind: 'edge', address, directory: own },
    origin: {
      label: `HAProxy ${version}`,
      libraryDirectory: '',
      ...ownProcess,
      command: ({ words }) => ({ file: '/usr/bin/env', words }),
    },
    files: { 'certificate.pem': certificate, 'page.txt': page },
    program: { name: 'haproxy', words: [...environment, program, '-db', '-f', CONFIGURATION] },
    readyMsMax: 10_000,
    isReady: () => servesPage(port),
  };
}

/** Whether the edge answers for itself; which nodes are ready is its own to see. */
async function servesPage(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  // The certificate is of its own making, so nobody vouches for it.
  const request = get({ host: LOOPBACK, port, path: '/cluster', rejectUnauthorized: false, timeout: ANSWER_MS_MAX });
  request.once('response', (response) => resolve(response.statusCode === 200));
  request.once('timeout', () => resolve(false));
  request.once('error', () => resolve(false));
  try {
    return await promise;
  } finally {
    request.destroy();
  }
}

interface Haproxy {
  readonly program: string;
  readonly version: string;
}

async function findHaproxy(options: OriginOptions): Promise<Haproxy> {
  const found = await presentHaproxy(options);
  if (found !== null) return found;
  await installMissing({ what: 'HAProxy', debianPackages: ['haproxy'], homebrewPackages: ['haproxy'] }, options);
  const installed = await presentHaproxy(options);
  if (installed === null) throw new Error('haproxy was installed and does not run.');
  return installed;
}

async function presentHaproxy({ signal }: OriginOptions): Promise<Haproxy | null> {
  for (const program of PROGRAMS) {
    const { output } = await run(program, ['-v'], { signal });
    const version = /HAProxy version ([\d.]+)/.exec(output)?.[1];
    if (version !== undefined) return { program, version };
  }
  return null;
}

/** Certificate and key, for localhost only, in the one file that HAProxy takes. */
async function makeCertificate(options: OriginOptions): Promise<string> {
  const make = () =>
    run(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '365'],
        ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', '-'],
      ],
      { signal: options.signal },
    );
  let made = await make();
  if (made.code === null) {
    await installMissing({ what: 'OpenSSL', debianPackages: ['openssl'], homebrewPackages: ['openssl'] }, options);
    made = await make();
  }
  const blocks = made.output.match(/-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----\n/g) ?? [];
  if (made.code !== 0 || blocks.length < 2) throw new Error(`openssl could not make a certificate:\n${made.output}`);
  return blocks.join('');
}
