import { lineAt, type Source, withoutComments, withoutStrings } from './sources.ts';

export interface Ban {
  readonly pattern: RegExp;
  readonly instead: string;
  /** Where it holds; everywhere in TypeScript when not given. */
  readonly in?: RegExp;
  readonly notIn?: RegExp;
  /** Looks at comments too. */
  readonly comments?: true;
}

/** What may not be written, each with what to write in its place. */
const BANS: readonly Ban[] = [
  { pattern: /\bconsole\./g, instead: 'take a logger; scripts write to process.stdout' },
  {
    pattern: /\bprocess\.env\b/g,
    in: /^src\//,
    notIn: /^src\/config\/env\.ts$/,
    instead: 'name the variable in src/config/env.ts',
  },
  {
    pattern: /\bprocess\.exit\(/g,
    notIn: /^src\/main\.ts$/,
    instead: 'set process.exitCode and let go of what keeps the process alive',
  },
  {
    pattern: /\bMath\.random\b/g,
    in: /^src\//,
    notIn: /^src\/discovery\//,
    instead: 'take `random` as an option, or use node:crypto',
  },
  {
    pattern: /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/g,
    in: /^src\/domain\//,
    instead: 'take the time as a value',
  },
  { pattern: /\bas any\b|: any\b|<any>/g, instead: 'name the type, or take unknown and look at it' }, // what it forbids
  {
    pattern: /import\.meta\.url\)\.pathname\b/g,
    instead: 'join import.meta.dirname: a pathname has %20 for the space in the name of a checkout',
  },
  { pattern: /@ts-(ignore|nocheck|expect-error)\b/g, comments: true, instead: 'make the types agree' },
  { pattern: /\b(TODO|FIXME|XXX|HACK)\b/g, comments: true, instead: 'do it now, or file an issue' }, // what it forbids
  { pattern: /\b(describe|it|test)(\.\w+)*\.only\b/g, in: /^test\//, instead: 'run one test with npm test -- -t NAME' },
  {
    pattern: /\b(describe|it|test)(\.\w+)*\.(skip|skipIf|runIf|todo)\b/g,
    in: /^test\//,
    instead: "context.skip(condition, 'the reason'), so that the report names it", // advice, not a skip
  },
];

export function bannedIn(source: Source, bans: readonly Ban[] = BANS): readonly string[] {
  const { path, text } = source;
  const code = withoutStrings(withoutComments(text));
  return bans
    .filter((ban) => (ban.in?.test(path) ?? true) && !ban.notIn?.test(path))
    .flatMap((ban) => {
      const looked = ban.comments ? text : code;
      return [...looked.matchAll(ban.pattern)].map(
        (match) => `${path}:${lineAt(looked, match.index)} has '${match[0]}': ${ban.instead}`,
      );
    });
}

/** Paths that exist on one machine only. */
const FOREIGN_PATH = /(?<![\w.:/])\/(?:home|root|Users|work|builds)\/[\w.-]+/g;

export function foreignPathsIn({ path, text }: Source): readonly string[] {
  return [...text.matchAll(FOREIGN_PATH)].map(
    (match) => `${path}:${lineAt(text, match.index)} names ${match[0]}: the repository stands alone`,
  );
}

const KEBAB_CASE = /^[a-z0-9]+([-.][a-z0-9]+)*$/;
const NAMED_BY_OTHERS = /^(README|CONTRIBUTING|LICENSE|Dockerfile)/;

/** Folders and files, apart from those whose names tools or customs fix. */
export function badName(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => !part.startsWith('.') && !NAMED_BY_OTHERS.test(part));
  const bad = parts.filter((part) => !KEBAB_CASE.test(part));
  return bad.map((part) => `${path}: '${part}' is not kebab-case`);
}
