import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

export interface Line {
  /** Of the file, from 1. */
  readonly line: number;
  readonly at: string;
  readonly channel: string;
  readonly author: string;
  readonly text: string;
}

export interface Batch {
  readonly lines: readonly Line[];
  /** Lines that are no {at, channel, author, text}. */
  readonly malformed: readonly { readonly line: number; readonly reason: string }[];
  /** How much of the file, as stored, has been read when the batch was complete. */
  readonly bytesRead: number;
}

const LINES_MAX = 1_000;
/** Below the node's bound on a request's body. */
const CHARACTERS_MAX = 60_000;

/** Reads a .jsonl or .jsonl.gz file at the pace of whoever takes the batches. */
export async function* readBatches(path: string): AsyncGenerator<Batch> {
  const file = createReadStream(path);
  const text = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.on('error', (error) => text.destroy(error));
  let lines: Line[] = [];
  let malformed: { line: number; reason: string }[] = [];
  let characters = 0;
  let number = 0;
  for await (const source of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (source.trim() === '') continue;
    const line = parseLine(source, number);
    if ('reason' in line) malformed.push(line);
    else lines.push(line);
    characters += source.length;
    if (lines.length < LINES_MAX && characters < CHARACTERS_MAX) continue;
    yield { lines, malformed, bytesRead: file.bytesRead };
    lines = [];
    malformed = [];
    characters = 0;
  }
  yield { lines, malformed, bytesRead: file.bytesRead };
}

function parseLine(source: string, line: number): Line | { line: number; reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    return { line, reason: 'not JSON' };
  }
  if (typeof value !== 'object' || value === null) return { line, reason: 'not an object' };
  const { at, channel, author, text } = value as Record<keyof Line, unknown>;
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) return { line, reason: '"at" is no time' };
  if (typeof channel !== 'string' || typeof author !== 'string' || typeof text !== 'string') {
    return { line, reason: '"channel", "author" and "text" are to be strings' };
  }
  return { line, at: new Date(at).toISOString(), channel, author, text };
}
