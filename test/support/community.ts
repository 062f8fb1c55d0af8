import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface Line {
  readonly at: string;
  readonly channel: string;
  readonly author: string;
  readonly text: string;
}

/** 1,617 real messages of 95 authors of an open-source community, in their order. */
export const COMMUNITY_FILE = new URL('../fixtures/community.jsonl.gz', import.meta.url).pathname;

export function readLines(path: string): readonly Line[] {
  const text = gunzipSync(readFileSync(path)).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
