/** One WebSocket frame as it came over the wire. */
export interface WireFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Takes a server's bytes apart, however they are cut, and throws for whatever RFC 6455 forbids a server without extensions: masks, reserved
 * bits, fragments, lengths longer than they need be, text that is no UTF-8, anything after a close.
 */
export class StrictFrames {
  readonly frames: WireFrame[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #isClosed = false;

  get texts(): readonly string[] {
    return this.frames.filter(({ opcode }) => opcode === TEXT).map(({ payload }) => utf8.decode(payload));
  }

  /** Bytes of a frame that has not come to its end. */
  get restBytes(): number {
    return this.#rest.length;
  }

  push(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (let length = this.#take(); length > 0; length = this.#take()) this.#rest = this.#rest.subarray(length);
  }

  /** The bytes of the frame at the beginning, once it is whole. */
  #take(): number {
    const [first, second] = this.#rest;
    if (first === undefined || second === undefined) return 0;
    if (this.#isClosed) throw new Error('A frame after the close frame');
    if ((first & 0xf0) !== 0x80) throw new Error(`Not a final frame without reserved bits: ${first.toString(16)}`);
    if (second > 127) throw new Error('A masked frame from a server');
    const opcode = first & 0x0f;
    if (![TEXT, CLOSE, PING, PONG].includes(opcode)) throw new Error(`Opcode ${opcode}`);
    const lengthBytes = second === 127 ? 8 : second === 126 ? 2 : 0;
    const begin = 2 + lengthBytes;
    if (this.#rest.length < begin) return 0;
    const length = lengthBytes === 0 ? second : Number(BigInt(`0x${this.#rest.subarray(2, begin).toString('hex')}`));
    if (lengthBytes === 2 && length < 126) throw new Error(`A length of ${length} in two bytes`);
    if (lengthBytes === 8 && length < 65_536) throw new Error(`A length of ${length} in eight bytes`);
    if (opcode >= CLOSE && length > 125) throw new Error(`A control frame of ${length} bytes`);
    if (this.#rest.length < begin + length) return 0;
    const payload = Buffer.from(this.#rest.subarray(begin, begin + length));
    if (opcode === TEXT) utf8.decode(payload);
    if (opcode === CLOSE) this.#isClosed = true;
    this.frames.push({ opcode, payload });
    return begin + length;
  }
}
