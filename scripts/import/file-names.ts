import { createHash } from 'node:crypto';
import { basename } from 'node:path';

/** Leaves room for the line's number in a nonce of 64 characters. */
const CHARACTERS_MAX = 48;

export interface FileNames {
  readonly file: string;
  readonly formerFile: string;
}

/**
 * What makes a line's nonce. The first message tells january.jsonl of one year from that of another, and stays where the file grows at
 * its end or moves to another folder. The former one, by the name alone, is what earlier versions gave.
 */
export function fileNames(path: string, firstMessage: string): FileNames {
  const name = basename(path);
  return {
    file: digestOf(JSON.stringify([name, firstMessage])),
    formerFile: name.length <= CHARACTERS_MAX ? name : digestOf(name),
  };
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, CHARACTERS_MAX);
