import type { ExecutionResult } from 'graphql';

/** What a subscription tells of one event, and how it reads on the wire: written once, however many are sent it. */
export class Payload {
  readonly result: ExecutionResult;
  readonly json: string;
  #bytes: Buffer | null = null;
  #written: ExecutionResult | null = null;

  constructor(result: ExecutionResult) {
    this.result = result;
    this.json = JSON.stringify(result);
  }

  /** `json` in UTF-8. Not to be changed. */
  get bytes(): Buffer {
    this.#bytes ??= apart(this.json);
    return this.#bytes;
  }

  /** The result as yoga takes it, which asks it for its text. Errors it has to write itself: it leaves out some of what they hold. */
  get written(): ExecutionResult {
    if (this.result.errors !== undefined) return this.result;
    this.#written ??= Object.defineProperty({ ...this.result }, 'stringify', { value: () => this.json });
    return this.#written;
  }
}

/** Kept for a while, in memory of its own: in the pool it would keep all that shares its slab, which the sockets are done with at once. */
function apart(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}
