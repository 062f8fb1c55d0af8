import { readFile } from 'node:fs/promises';

/** A file of `conf/` with each `${name}` replaced. Throws on a name without a value. */
export async function fillTemplate(
  file: string,
  values: Readonly<Record<string, string | number>> = {},
): Promise<string> {
  const text = await readFile(new URL(`conf/${file}`, import.meta.url), 'utf8');
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`conf/${file} has \${${name}}, which has no value.`);
    return String(value);
  });
}
