import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generate } from '@graphql-codegen/cli';
import { plainDocuments } from './scripts/client-documents.ts';
import { printSchema } from './scripts/print-schema.ts';

interface GeneratedFile {
  readonly filename: string;
  readonly content: string;
}

const SCHEMA_FILE = 'schema/schema.graphql';

const CLIENT_FOLDER = 'schema/generated/client/';
const CLIENT_FILE = 'schema/generated/client.ts';

const TYPES = {
  scalars: { DateTime: 'string', ID: 'string' },
  strictScalars: true,
  enumsAsTypes: true,
  useTypeImports: true,
  importExtension: '.ts',
  immutableTypes: true,
} as const;

async function generated(schema: string): Promise<readonly GeneratedFile[]> {
  const files: readonly GeneratedFile[] = await generate(
    {
      silent: true,
      schema,
      generates: {
        'schema/generated/': {
          preset: 'client',
          documents: 'schema/operations/*.graphql',
          presetConfig: { fragmentMasking: false },
          config: TYPES,
        },
        // The SDK carries its documents as text: it has no use for graphql itself.
        [CLIENT_FOLDER]: {
          preset: 'client',
          documents: 'schema/operations/client/*.graphql',
          presetConfig: { fragmentMasking: false },
          config: { ...TYPES, documentMode: 'string' },
        },
      },
    },
    false,
  );
  return [{ filename: SCHEMA_FILE, content: schema }, ...files.flatMap(withPlainDocuments)];
}

/** Of what is generated for the SDK one file is of use. */
function withPlainDocuments({ filename, content }: GeneratedFile): readonly GeneratedFile[] {
  if (!filename.startsWith(CLIENT_FOLDER)) return [{ filename, content }];
  return filename.endsWith('/graphql.ts') ? [{ filename: CLIENT_FILE, content: plainDocuments(content) }] : [];
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
