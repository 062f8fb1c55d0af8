import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Why there can be no certificate here; null where there can. */
export const noOpenssl = spawnSync('openssl', ['version']).status === 0 ? null : 'no openssl: apt-get install openssl';

export interface Certificate extends AsyncDisposable {
  readonly keyFile: string;
  readonly certFile: string;
  /** The certificate itself, which is all that there is to trust. */
  readonly ca: string;
}

/** Signed by nobody else, for 127.0.0.1. */
export async function newCertificate(): Promise<Certificate> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-tls-'));
  const [keyFile, certFile] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const names = ['-subj', '/CN=parley-test', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await promisify(execFile)('openssl', [...make, ...names, '-keyout', keyFile, '-out', certFile]);
  return {
    ...{ keyFile, certFile },
    ca: await readFile(certFile, 'utf8'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
