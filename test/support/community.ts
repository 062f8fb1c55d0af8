import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface Line {
  readonly at: string;
  readonly channel: string;
  readonly author: string;
  readonly text: string;
}

/** 1,617 real messages of 95 authors of an open-source community, in their order. */
export const COMMUNITY_FILE = join(import.meta.dirname, '../fixtures/community.jsonl.gz');

export function readLines(path: string): readonly Line[] {
  const text = gunzipSync(readFileSync(path)).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** The most that fit into one group with a few who only read. */
const AUTHORS_MAX = 95;
const TEXT_CHARACTERS_MAX = 8_000;

/**
 * What people are to say live, in its order: the fixture, or all that the most active authors say in another log, which the
 * variable COMMUNITY_FILE names (docs/testing.md).
 */
export function conversation(): readonly Line[] {
  const lines = readLines(process.env['COMMUNITY_FILE'] ?? COMMUNITY_FILE).filter(
    ({ text }) => text.trim() !== '' && text.length <= TEXT_CHARACTERS_MAX,
  );
  const byAuthor = Map.groupBy(lines, ({ author }) => author);
  const mostActive = [...byAuthor].sort(([, one], [, other]) => other.length - one.length).slice(0, AUTHORS_MAX);
  const authors = new Set(mostActive.map(([author]) => author));
  return lines.filter(({ author }) => authors.has(author));
}

/** For tests that take the longer the more is said. */
export const conversationMsMax = (lines: readonly Line[]): number => 180_000 + lines.length * 20;
