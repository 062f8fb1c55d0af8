/** RFC 6455, section 5.2. */
export const OPCODES = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const;

const FINAL = 0x80;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const NO_MASK = Buffer.alloc(4);

/** A frame as clients send it, masked with zeros: that is allowed, and the payload stays as it is. */
export function clientFrame(payload: string | Buffer, opcode: number = OPCODES.text): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  return Buffer.concat([Buffer.from([FINAL | opcode]), lengthOf(body.length), NO_MASK, body]);
}

function lengthOf(length: number): Buffer {
  if (length < LENGTH_16) return Buffer.from([MASKED | length]);
  const header = Buffer.alloc(3);
  header.writeUInt8(MASKED | LENGTH_16);
  header.writeUInt16BE(length, 1);
  return header;
}

/** Opcode and payload of each whole frame; the bytes are valid during the call only. */
export type TakeFrame = (opcode: number, bytes: Buffer, start: number, end: number) => void;

/** Cuts what a server sends into frames. It copies only what is left of a frame that has not come whole. */
export class FrameReader {
  readonly #take: TakeFrame;
  #rest: Buffer | null = null;

  constructor(take: TakeFrame) {
    this.#take = take;
  }

  read(received: Buffer, from: number, to: number): void {
    let [bytes, offset, end] = [received, from, to];
    if (this.#rest !== null) {
      bytes = Buffer.concat([this.#rest, received.subarray(from, to)]);
      [offset, end] = [0, bytes.length];
      this.#rest = null;
    }
    while (end - offset >= 2) {
      const short = (bytes[offset + 1] as number) & ~MASKED;
      const header = short < LENGTH_16 ? 2 : short === LENGTH_16 ? 4 : 10;
      if (end - offset < header) break;
      const length =
        short < LENGTH_16 ? short : short < LENGTH_64 ? bytes.readUInt16BE(offset + 2) : long(bytes, offset);
      const start = offset + header;
      if (end - start < length) break;
      this.#take((bytes[offset] as number) & 0xf, bytes, start, start + length);
      offset = start + length;
    }
    if (offset < end) this.#rest = Buffer.from(bytes.subarray(offset, end));
  }
}

const long = (bytes: Buffer, offset: number): number => Number(bytes.readBigUInt64BE(offset + 2));
