/** The sections of docs/clients.md from here on are about what is not in the package. */
const END = '\n## With your own GraphQL client\n';

/** Of docs/clients.md, what the SDK's package shows: a reader of the package has none of the repository's other files, so that nothing links to them. */
export function clientReadme(clients: string): string {
  const [kept = '', ...others] = clients.split(END);
  if (others.length === 0) throw new Error(`docs/clients.md has no section '${END.trim()}'`);
  const anchors = new Set([...kept.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)));
  const leadsAway = (line: string): boolean =>
    [...line.matchAll(/\]\(#([^)]*)\)/g)].some(([, anchor = '']) => !anchors.has(anchor));
  const lines = kept.split('\n').filter((line) => !leadsAway(line));
  return `${lines
    .join('\n')
    .replace(/\[([^\]]+)\]\((?!#|https?:)[^)]*\)/g, '$1')
    .trimEnd()}\n`;
}

const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-');
