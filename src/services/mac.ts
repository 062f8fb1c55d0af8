import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const INNER = 0x36;
const OUTER = 0x5c;

/**
 * HMAC-SHA256 under one key (RFC 2104), as two hashes: node:crypto's own has to be set up for each text, which takes several times as long where it is
 * done now and then.
 */
export class Mac {
  readonly #inner: Uint8Array;
  readonly #outer: Uint8Array;

  constructor(key: Uint8Array) {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.set(key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key);
    this.#inner = block.map((byte) => byte ^ INNER);
    this.#outer = block.map((byte) => byte ^ OUTER);
  }

  /** In base64url. */
  of(text: string): string {
    const inner = hash('sha256', Buffer.concat([this.#inner, Buffer.from(text)]), 'buffer');
    return hash('sha256', Buffer.concat([this.#outer, inner]), 'base64url');
  }
}
