import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { staleFiles } from '../codegen.ts';
import { shortfalls } from './check-contract.ts';
import { loadSchema, printSchema } from './print-schema.ts';

const SCHEMA_FILE = 'schema/schema.graphql';
const CONTRACT_FILE = 'schema/contract.graphql';
/** The messages of breaking changes that are meant, one a line; lines that start with # say why. */
const ALLOWED_FILE = 'schema/breaking-changes-allowed.txt';

export async function staleGenerated(): Promise<readonly string[]> {
  return (await staleFiles()).map((file) => `${file} differs from what the code says`);
}

export async function contractShortfalls(): Promise<readonly string[]> {
  return shortfalls(buildSchema(readFileSync(CONTRACT_FILE, 'utf8')), buildSchema(await printSchema()));
}

export async function missingDescriptions(): Promise<readonly string[]> {
  const named = Object.values((await loadSchema()).getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const described = named.flatMap((type) => {
    const things: [path: string, thing: { readonly description?: string | null | undefined }][] = [[type.name, type]];
    if (isEnumType(type)) for (const value of type.getValues()) things.push([`${type.name}.${value.name}`, value]);
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        things.push([`${type.name}.${field.name}`, field]);
        for (const argument of 'args' in field ? field.args : []) {
          things.push([`${type.name}.${field.name}(${argument.name}:)`, argument]);
        }
      }
    }
    return things;
  });
  return described.flatMap(([path, { description }]) => (description?.trim() ? [] : [`${path} has no description`]));
}

/** Compares with the newest committed schema that differs from the present one, so that it holds before and after a commit. */
export async function breakingChanges(): Promise<readonly string[]> {
  const before = previousSchema(await printSchema());
  if (before === null) return [];
  const allowed = new Set(readFileSync(ALLOWED_FILE, 'utf8').split('\n'));
  const changes = await diff(before, await loadSchema());
  return changes
    .filter(({ criticality, message }) => criticality.level === CriticalityLevel.Breaking && !allowed.has(message))
    .map(({ message }) => message);
}

function previousSchema(present: string): GraphQLSchema | null {
  // Two are enough: the last commit that changed the file, and the one before it where the last holds the present text.
  const commits = git('log', '-2', '--format=%H', '--', SCHEMA_FILE).split('\n').filter(Boolean);
  const versions = commits.map((commit) => git('show', `${commit}:${SCHEMA_FILE}`));
  const before = versions.find((version) => version !== present);
  return before === undefined ? null : buildSchema(before);
}

function git(...options: readonly string[]): string {
  return execFileSync('git', options, { encoding: 'utf8' });
}
