import type { Payload } from '../graphql/payload.ts';

/** A whole WebSocket text frame from a server: final, not masked (RFC 6455, 5.2). */
export type Frame = Buffer;

const TEXT_FINAL = 0x81;
const LENGTH_7_BITS_MAX = 125;
const LENGTH_16_BITS_MAX = 0xffff;
const HEADER_BYTES_MAX = 10;

const NEXT_START = '{"type":"next","payload":';
const NEXT_START_BYTES = Buffer.from(NEXT_START);

/**
 * How a `next` message ends: with the id of its operation, so that all before it is the same for every reader. Made once an operation.
 */
export class NextEnd {
  readonly text: string;
  readonly bytes: number;

  constructor(operationId: string) {
    this.text = `,"id":${JSON.stringify(operationId)}}`;
    this.bytes = Buffer.byteLength(this.text);
  }
}

export const nextMessage = (payload: Payload, end: NextEnd): string => `${NEXT_START}${payload.json}${end.text}`;

export function textFrame(text: string): Frame {
  const textBytes = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(headerBytes(textBytes) + textBytes);
  frame.write(text, writeHeader(frame, textBytes));
  return frame;
}

function headerBytes(payloadBytes: number): number {
  if (payloadBytes <= LENGTH_7_BITS_MAX) return 2;
  return payloadBytes <= LENGTH_16_BITS_MAX ? 4 : HEADER_BYTES_MAX;
}

/** Where the payload begins. */
function writeHeader(frame: Buffer, payloadBytes: number): number {
  frame[0] = TEXT_FINAL;
  const bytes = headerBytes(payloadBytes);
  if (bytes === 2) frame[1] = payloadBytes;
  else if (bytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(payloadBytes, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(payloadBytes), 2);
  }
  return bytes;
}

/** Ends so short are those of ids that a client counts: many clients have the same ones. */
const COMMON_END_BYTES_MAX = new NextEnd('1234').bytes;
const COMMON_FRAMES_MAX = 64;

/** One payload's `next` frames. */
class NextFrames {
  readonly payload: Payload;
  readonly #common = new Map<string, Frame>();
  /** Header and payload of the frames whose end has as many bytes as the last one's had. */
  #start: Buffer | null = null;
  #startEndBytes = 0;

  constructor(payload: Payload) {
    this.payload = payload;
  }

  of(end: NextEnd): Frame {
    if (end.bytes > COMMON_END_BYTES_MAX) return this.#make(end);
    const known = this.#common.get(end.text);
    if (known !== undefined) return known;
    const frame = this.#make(end);
    if (this.#common.size < COMMON_FRAMES_MAX) this.#common.set(end.text, frame);
    return frame;
  }

  #make({ text, bytes }: NextEnd): Frame {
    const start = this.#startEndBytes === bytes && this.#start !== null ? this.#start : this.#makeStart(bytes);
    const frame = Buffer.allocUnsafe(start.length + bytes);
    frame.set(start);
    frame.write(text, start.length);
    return frame;
  }

  #makeStart(endBytes: number): Buffer {
    const { bytes } = this.payload;
    const messageBytes = NEXT_START_BYTES.length + bytes.length + endBytes;
    const start = Buffer.allocUnsafeSlow(headerBytes(messageBytes) + messageBytes - endBytes);
    const payloadAt = writeHeader(start, messageBytes);
    start.set(NEXT_START_BYTES, payloadAt);
    start.set(bytes, payloadAt + NEXT_START_BYTES.length);
    this.#start = start;
    this.#startEndBytes = endBytes;
    return start;
  }
}

/** Several operations may be answered in turn, reader by reader. */
const PAYLOADS_MAX = 8;

/** Makes `next` frames, of one payload's bytes for all readers. Whole frames are shared where clients count their ids. */
export class FrameMaker {
  /** The newest first. */
  #recent: readonly NextFrames[] = [];

  next(payload: Payload, end: NextEnd): Frame {
    const [newest] = this.#recent;
    return (newest?.payload === payload ? newest : this.#framesOf(payload)).of(end);
  }

  #framesOf(payload: Payload): NextFrames {
    const known = this.#recent.find((frames) => frames.payload === payload);
    if (known !== undefined) return known;
    const frames = new NextFrames(payload);
    this.#recent = [frames, ...this.#recent.slice(0, PAYLOADS_MAX - 1)];
    return frames;
  }
}
