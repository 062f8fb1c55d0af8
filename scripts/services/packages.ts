import { installMissing } from './apt.ts';
import { findJava } from './java.ts';
import { fetchJars } from './maven.ts';
import type { Distribution, Origin, OriginOptions } from './origin.ts';
import { run } from './run.ts';

/** A server from the package registries: jars from Maven Central on this machine's Java, Redis from the system's packages. */
export async function packageOrigin(distribution: Distribution, options: OriginOptions): Promise<Origin> {
  const isJava = distribution.artifacts.length > 0;
  const file = isJava ? await findJava(options) : 'redis-server';
  const libraryDirectory = isJava ? await fetchJars(distribution, options) : '';
  const version = isJava ? distribution.version : await redisVersion(options);
  return {
    label: version,
    libraryDirectory,
    command: ({ words }) => ({ file, words }),
    ...ownProcess,
  };
}

/** How a program that runs on the machine itself, leading a group of its own, is signalled. */
export const ownProcess: Pick<Origin, 'signal' | 'forcedEnd'> = {
  signal: async ({ processId }, signal) => {
    try {
      process.kill(-processId, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  },
  // The one spelling of a group that every shell takes.
  forcedEnd: ({ processId }) => `kill -s KILL -- -${processId}`,
};

async function redisVersion(options: OriginOptions): Promise<string> {
  const find = async () => {
    const { output } = await run('redis-server', ['--version'], { signal: options.signal });
    return /v=(\S+)/.exec(output)?.[1];
  };
  const found = await find();
  if (found !== undefined) return found;
  const missing = { what: 'Redis', debianPackages: ['redis-server'], homebrewPackages: ['redis'] };
  await installMissing(missing, options);
  const installed = await find();
  if (installed === undefined) throw new Error('redis-server was installed and does not run.');
  return installed;
}
