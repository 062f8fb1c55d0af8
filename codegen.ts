import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generate } from '@graphql-codegen/cli';
import { printSchema } from './scripts/print-schema.ts';

interface GeneratedFile {
  readonly filename: string;
  readonly content: string;
}

const SCHEMA_FILE = 'schema/schema.graphql';

async function generated(schema: string): Promise<readonly GeneratedFile[]> {
  const files: readonly GeneratedFile[] = await generate(
    {
      silent: true,
      schema,
      documents: 'schema/operations/*.graphql',
      generates: {
        'schema/generated/': {
          preset: 'client',
          presetConfig: { fragmentMasking: false },
          config: {
            scalars: { DateTime: 'string', ID: 'string' },
            strictScalars: true,
            enumsAsTypes: true,
            useTypeImports: true,
            importExtension: '.ts',
            immutableTypes: true,
          },
        },
      },
    },
    false,
  );
  return [{ filename: SCHEMA_FILE, content: schema }, ...files];
}

async function isCurrent({ filename, content }: GeneratedFile): Promise<boolean> {
  return (await readFile(filename, 'utf8').catch(() => null)) === content;
}

/** Names the files that `npm run codegen` would change. */
export async function staleFiles(): Promise<readonly string[]> {
  const files = await generated(await printSchema());
  const current = await Promise.all(files.map(isCurrent));
  return files.filter((_, index) => !current[index]).map(({ filename }) => filename);
}

/** src/graphql → schema/schema.graphql → typed operations in schema/generated. */
async function write(): Promise<void> {
  for (const { filename, content } of await generated(await printSchema())) {
    await mkdir(dirname(filename), { recursive: true });
    await writeFile(filename, content);
  }
}

if (import.meta.main) await write();
