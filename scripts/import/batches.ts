import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Skipped } from './skipped.ts';
import { parseTime } from './time.ts';

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
  /** The first line of the file that is a message, as it stands there; empty where there is none so far. */
  readonly firstMessage: string;
  /** Lines that are no {at, channel, author, text}, or too long to be sent. */
  readonly malformed: readonly Skipped[];
  /** How much of the file, as stored, has been read when the batch was complete. */
  readonly bytesRead: number;
}

const LINES_MAX = 1_000;
const BYTES_MIN = 60_000;
/** More than any message takes. With what a batch holds already it stays below the node's bound on a request's body, 256 KiB. */
const LINE_BYTES_MAX = 150_000;
const BYTE_ORDER_MARK = /^\uFEFF/;

/** Reads a .jsonl or .jsonl.gz file at the pace of whoever takes the batches. */
export async function* readBatches(path: string): AsyncGenerator<Batch> {
  const file = createReadStream(path);
  const text = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.on('error', (error) => text.destroy(error));
  let lines: Line[] = [];
  let malformed: Skipped[] = [];
  let firstMessage = '';
  let bytes = 0;
  let number = 0;
  for await (const read of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    const source = number === 1 ? read.replace(BYTE_ORDER_MARK, '') : read;
    if (source.trim() === '') continue;
    const line = parseLine(source, number);
    if ('reason' in line) {
      malformed.push(line);
    } else {
      if (firstMessage === '') firstMessage = source.trim();
      lines.push(line);
      bytes += byteLength(line);
    }
    if (lines.length + malformed.length < LINES_MAX && bytes < BYTES_MIN) continue;
    yield { lines, firstMessage, malformed, bytesRead: file.bytesRead };
    lines = [];
    malformed = [];
    bytes = 0;
  }
  yield { lines, firstMessage, malformed, bytesRead: file.bytesRead };
}

function parseLine(source: string, number: number): Line | Skipped {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    return { line: number, reason: 'not JSON' };
  }
  if (typeof value !== 'object' || value === null) return { line: number, reason: 'not an object' };
  const given = value as Record<keyof Line, unknown>;
  const at = typeof given.at === 'string' ? parseTime(given.at) : null;
  if (at === null) return { line: number, reason: '"at" is no time' };
  const { channel, author, text } = given;
  if (typeof channel !== 'string' || typeof author !== 'string' || typeof text !== 'string') {
    return { line: number, reason: '"channel", "author" and "text" are to be strings' };
  }
  const line = { line: number, at, channel, author, text };
  return byteLength(line) > LINE_BYTES_MAX ? { line: number, reason: `more than ${LINE_BYTES_MAX} bytes` } : line;
}

const byteLength = (line: Line): number => Buffer.byteLength(JSON.stringify(line));
