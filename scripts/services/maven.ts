import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installMissing } from './apt.ts';
import type { Artifact, Distribution, OriginOptions } from './origin.ts';
import { run } from './run.ts';

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/**
 * A folder with a server's jars and all that they need, fetched from Maven Central unless it is in the cache. It gets its name in
 * one step when it is complete, so that a run that was cut off leaves nothing that looks whole, and two at once do no harm.
 */
export async function fetchJars(distribution: Distribution, options: OriginOptions): Promise<string> {
  const { kind, version, artifacts } = distribution;
  const { cacheDirectory, report, signal } = options;
  const pom = pomOf(kind, artifacts);
  const digest = createHash('sha256').update(pom).digest('hex').slice(0, 8);
  const directory = join(cacheDirectory, `${kind}-${version}-${digest}`);
  if (existsSync(directory)) return directory;

  if ((await run('mvn', ['--version'], { signal })).code !== 0) {
    await installMissing({ what: 'Maven', debianPackages: ['maven'], homebrewPackages: ['maven'] }, options);
  }
  await mkdir(cacheDirectory, { recursive: true });
  const partial = await mkdtemp(`${directory}.partial-`);
  try {
    const pomPath = join(partial, 'pom.xml');
    const jars = join(partial, 'jars');
    await writeFile(pomPath, pom);
    const words = ['-B', '-ntp', '-f', pomPath, COPY, `-DoutputDirectory=${jars}`, '-DincludeScope=runtime'];
    const fetching = `${kind}: fetching ${version} from Maven Central`;
    const { result, seconds } = await report.during(fetching, () => run('mvn', words, { signal }));
    if (result.code !== 0) throw new Error(`Maven could not fetch ${kind} ${version}:\n${result.output}`);
    report.line(`${kind}: fetched ${(await readdir(jars)).length} jars in ${seconds} s`);
    await keep(jars, directory);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return directory;
}

async function keep(jars: string, directory: string): Promise<void> {
  try {
    await rename(jars, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
  }
}

function pomOf(kind: string, artifacts: readonly Artifact[]): string {
  const dependencies = artifacts.map(
    ({ group, name, version }) =>
      `    <dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  );
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0">',
    '  <modelVersion>4.0.0</modelVersion>',
    `  <groupId>parley.services</groupId><artifactId>${kind}</artifactId><version>1</version>`,
    '  <dependencies>',
    ...dependencies,
    '  </dependencies>',
    '</project>',
    '',
  ].join('\n');
}
