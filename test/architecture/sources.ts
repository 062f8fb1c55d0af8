import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export interface Source {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly line: number;
  /** A path from the root for one of our own files, else the name of the package or built-in module. */
  readonly target: string;
  readonly own: boolean;
}

/** Every file that is committed or would be: what git ignores is not looked at. */
export function repositoryFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)));
}

export function readSource(path: string): Source {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

export function sourcesIn(folder: string): readonly Source[] {
  return repositoryFiles()
    .filter((path) => path.startsWith(folder) && /\.tsx?$/.test(path))
    .map(readSource);
}

export function lineCount(text: string): number {
  return text.replace(/\n$/, '').split('\n').length;
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** Blanks comments, keeping every line where it is. A `//` inside a string survives: it has a colon or a quote before it. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|[\s;{}(),])\/\/[^\n]*/g, '$1');
}

/** Empties what stands between quotes on one line: prose is not code. */
export function withoutStrings(code: string): string {
  return code.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
}

const STATEMENT =
  /^[ \t]*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|^[ \t]*import\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm;

/** Static, type-only and dynamic imports and re-exports: types show the direction of a dependency too. */
export function importsOf({ path, text }: Source): readonly Import[] {
  const code = withoutComments(text);
  return [...code.matchAll(STATEMENT)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const line = lineAt(code, match.index + match[0].length);
    const own = specifier.startsWith('.');
    return { line, own, target: own ? posix.join(posix.dirname(path), specifier) : packageOf(specifier) };
  });
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
