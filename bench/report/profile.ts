import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LINES = 12;
const IDLE = new Set(['(idle)', '(program)', '(root)']);

/** Where the time of the profiles in a folder went: by package or folder, then by function. A line each. */
export async function describeProfiles(directory: string): Promise<readonly string[]> {
  const places = new Map<string, number>();
  const functions = new Map<string, number>();
  let busyMicros = 0;
  for (const file of (await readdir(directory)).filter((name) => name.endsWith('.cpuprofile'))) {
    const profile = JSON.parse(await readFile(join(directory, file), 'utf8')) as CpuProfile;
    const nodes = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
    for (const [index, id] of profile.samples.entries()) {
      const frame = nodes.get(id);
      const micros = profile.timeDeltas[index] ?? 0;
      if (frame === undefined || IDLE.has(frame.functionName)) continue;
      busyMicros += micros;
      const place = placeOf(frame.url);
      add(places, place, micros);
      add(functions, `${frame.functionName || '(anonymous)'}  ${place}:${frame.lineNumber + 1}`, micros);
    }
  }
  const share = ([name, micros]: readonly [string, number]) =>
    `  ${((100 * micros) / busyMicros).toFixed(1).padStart(5)}%  ${name}`;
  return ['where the time went', ...largest(places).map(share), 'in which functions', ...largest(functions).map(share)];
}

/** A package's name, a folder of ours, or Node's own. */
function placeOf(url: string): string {
  if (url === '') return '(native)';
  if (!url.startsWith('file:')) return url;
  const path = relative(ROOT, fileURLToPath(url));
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(path)?.[1];
  return inPackage ?? path;
}

const add = (sums: Map<string, number>, key: string, value: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + value);
};

const largest = (sums: ReadonlyMap<string, number>): readonly (readonly [string, number])[] =>
  [...sums].sort(([, a], [, b]) => b - a).slice(0, LINES);
