import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installMissing } from './apt.ts';
import type { OriginOptions } from './origin.ts';
import { run } from './run.ts';

/** The one version that both Cassandra 5 (11 or 17) and Kafka 4 (17 and above) run on. */
const JAVA_VERSION = 17;
const VIRTUAL_MACHINES_DIRECTORY = '/usr/lib/jvm';

/** The path of a Java 17, installed where there is none and that can be done. */
export async function findJava(options: OriginOptions): Promise<string> {
  const found = await presentJava(options.signal);
  if (found !== undefined) return found;
  await installMissing(
    {
      what: `Java ${JAVA_VERSION} (JAVA_HOME may say where it is)`,
      debianPackages: [`openjdk-${JAVA_VERSION}-jre-headless`],
      homebrewPackages: [`openjdk@${JAVA_VERSION}`],
    },
    options,
  );
  const installed = await presentJava(options.signal);
  if (installed === undefined) throw new Error(`Java ${JAVA_VERSION} was installed and is not found.`);
  return installed;
}

async function presentJava(signal: AbortSignal): Promise<string | undefined> {
  const home = process.env['JAVA_HOME'];
  const candidates = [...(home === undefined ? [] : [join(home, 'bin/java')]), 'java', ...installedJavas()];
  for (const candidate of candidates.filter((path) => path === 'java' || existsSync(path))) {
    const { output } = await run(candidate, ['-version'], { signal });
    if (new RegExp(`version "${JAVA_VERSION}[."]`).test(output)) return candidate;
  }
  return undefined;
}

function installedJavas(): string[] {
  try {
    return readdirSync(VIRTUAL_MACHINES_DIRECTORY).map((name) => join(VIRTUAL_MACHINES_DIRECTORY, name, 'bin/java'));
  } catch {
    return [];
  }
}
