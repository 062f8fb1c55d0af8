export interface Example {
  readonly query: string;
  readonly variables: string | null;
}

const FILES: Record<string, string> = import.meta.glob('../../schema/operations/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const VARIABLES = /^# variables:((?:.*(?:\n#.*)*))\n?/m;

/** One tab for each operation file, in the order of the file names; never none, which GraphiQL does not take. */
export const EXAMPLES: readonly Example[] =
  Object.keys(FILES).length === 0
    ? [{ query: '', variables: null }]
    : Object.keys(FILES)
        .sort()
        .map((file) => parse(FILES[file] ?? ''));

/** A comment that starts with `# variables:` holds them as JSON, on that line and the comment lines after it. */
function parse(source: string): Example {
  const comment = VARIABLES.exec(source);
  if (comment === null) return { query: source, variables: null };
  const json = (comment[1] ?? '').replaceAll(/^#/gm, '');
  return { query: source.replace(comment[0], ''), variables: JSON.stringify(JSON.parse(json), null, 2) };
}
