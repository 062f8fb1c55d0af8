import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientFrame, FrameReader, OPCODES } from '../../bench/load/frames.ts';

const UNMASKED_HEADER_BYTES = 4;

/** As a server sends it: the same without the mask. */
function serverFrame(text: string): Buffer {
  const frame = clientFrame(text);
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : 4;
  const unmasked = Buffer.concat([frame.subarray(0, header), frame.subarray(header + UNMASKED_HEADER_BYTES)]);
  unmasked[1] = (unmasked[1] as number) & 0x7f;
  return unmasked;
}

describe('frames', () => {
  it('come out as they went in, wherever the stream is cut', () => {
    const texts = fc.array(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(texts, fc.array(fc.nat(), { maxLength: 20 }), (sent, cuts) => {
        const stream = Buffer.concat(sent.map(serverFrame));
        const received: string[] = [];
        const reader = new FrameReader((opcode, bytes, start, end) => {
          expect(opcode).toBe(OPCODES.text);
          received.push(bytes.toString('utf8', start, end));
        });
        const places = [...new Set([0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length])].sort(
          (a, b) => a - b,
        );
        for (const [index, from] of places.slice(0, -1).entries()) {
          // Each read is handed over in a buffer that the next one overwrites.
          const read = Buffer.from(stream.subarray(from, places[index + 1]));
          reader.read(read, 0, read.length);
          read.fill(0);
        }
        expect(received).toEqual(sent.map((text) => Buffer.from(text).toString('utf8')));
      }),
      { numRuns: 50 },
    );
  });

  it('of clients are masked', () => {
    expect([...clientFrame('ab')]).toEqual([0x81, 0x82, 0, 0, 0, 0, 97, 98]);
  });
});
