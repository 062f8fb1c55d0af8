import { readFileSync } from 'node:fs';

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
}

/** Licences that let anyone use, change and pass on Parley with its dependencies. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
]);

/** Asks for changes of its own files only; nothing of it is part of Parley, since it is used in development alone. */
const PERMISSIVE_IN_DEVELOPMENT = new Set(['MPL-2.0']);

/** The servers that the bench compares with have a lock file of their own. */
const LOCK_FILES = ['package-lock.json', 'bench/peers/package-lock.json'];

function lockedPackages(lockFile = 'package-lock.json'): readonly (readonly [path: string, LockedPackage])[] {
  const lock: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
    readFileSync(lockFile, 'utf8'),
  );
  return Object.entries(lock.packages).filter(([path]) => path !== '');
}

/** graphql compares its classes by identity, so that two copies do not work with each other. */
export function oneGraphql(): readonly string[] {
  const copies = lockedPackages().filter(([path]) => path.endsWith('node_modules/graphql'));
  if (copies.length === 1) return [];
  return copies.map(([path, { version }]) => `graphql ${version} in ${path}`);
}

/** Whoever installs Parley does so from the registry of their own settings. */
export function portableLockFile(): readonly string[] {
  return LOCK_FILES.flatMap((file) => lockedPackages(file)).flatMap(([path, { resolved }]) =>
    resolved === undefined ? [] : [`${path} comes from ${resolved}`],
  );
}

export function permissiveLicences(): readonly string[] {
  return lockedPackages().flatMap(([path, { license = 'none', dev = false }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return isPermissive(license) || (dev && PERMISSIVE_IN_DEVELOPMENT.has(license))
      ? []
      : [`${name} has the licence ${license}`];
  });
}

/** Takes a choice that has a permissive part, and a conjunction of permissive parts. */
function isPermissive(expression: string): boolean {
  const plain = expression.replaceAll(/[()]/g, '');
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((licence) => PERMISSIVE.has(licence)));
}
