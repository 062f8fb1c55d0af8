import { existsSync } from 'node:fs';
import type { OriginOptions } from './origin.ts';
import { run } from './run.ts';

export interface Missing {
  /** What is missing, as the error names it. */
  readonly what: string;
  readonly debianPackages: readonly string[];
  readonly homebrewPackages: readonly string[];
}

/** Installs Debian packages where this process may. Elsewhere throws, saying what to install. */
export async function installMissing(missing: Missing, { report, signal }: OriginOptions): Promise<void> {
  const { what, debianPackages, homebrewPackages } = missing;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      `${what} is missing. Install it and start again:\n` +
        `  Debian, Ubuntu:  sudo apt-get install ${debianPackages.join(' ')}\n` +
        `  macOS:           brew install ${homebrewPackages.join(' ')}\n` +
        'or start a container engine (docker info has to answer).',
    );
  }
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  const words = ['install', '--yes', '--no-install-recommends', ...debianPackages];
  const work = async () => {
    const updated = await run('apt-get', ['update'], { environment, signal });
    return updated.code === 0 ? await run('apt-get', words, { environment, signal }) : updated;
  };
  const { result, seconds } = await report.during(`${what}: apt-get install ${debianPackages.join(' ')}`, work);
  if (result.code !== 0) throw new Error(`${what} is missing, and apt-get could not install it:\n${result.output}`);
  report.line(`${what}: installed in ${seconds} s`);
}
