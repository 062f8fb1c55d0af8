import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameMaker, NextEnd, nextMessage, textFrame } from '../../src/gateway/frame.ts';
import { Payload } from '../../src/graphql/payload.ts';
import { StrictFrames } from '../support/frames.ts';

/** The one text that a strict reader finds in the bytes, whether they come at once or one by one. */
function textOf(bytes: Buffer): string {
  const [whole, cut] = [new StrictFrames(), new StrictFrames()];
  whole.push(bytes);
  for (const byte of bytes.subarray(0, 40)) cut.push(Buffer.of(byte));
  cut.push(bytes.subarray(40));
  expect(cut.frames).toEqual(whole.frames);
  expect([whole.frames.length, whole.restBytes]).toEqual([1, 0]);
  return whole.texts[0] ?? '';
}

const text = fc.string({ unit: 'binary', maxLength: 200 });
/** Around the lengths at which a header grows. */
const AROUND_BORDERS = [0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537, 300_000];

describe('a frame', () => {
  it.each(AROUND_BORDERS)('of %i bytes is as the protocol wants it', (length) => {
    expect(textOf(textFrame('x'.repeat(length)))).toBe('x'.repeat(length));
  });

  it('holds any text', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(textOf(textFrame(one))).toBe(Buffer.from(one).toString());
      }),
    );
  });

  it.each(AROUND_BORDERS)('of a next message holds a text of %i bytes', (length) => {
    const payload = new Payload({ data: { text: 'é'.repeat(length / 2) } });
    const maker = new FrameMaker();
    for (const id of ['1', crypto.randomUUID(), '2', crypto.randomUUID()]) {
      expect(JSON.parse(textOf(maker.next(payload, new NextEnd(id))))).toEqual({
        type: 'next',
        id,
        payload: payload.result,
      });
    }
  });

  it('is that of its payload and its operation, whatever was made before', () => {
    const ids = fc.oneof(fc.string({ unit: 'binary', maxLength: 64 }), fc.constantFrom('1', '2', '10'), fc.uuid());
    const payloads = fc.array(text, { minLength: 1, maxLength: 4 });
    const order = fc.array(fc.tuple(fc.nat({ max: 3 }), ids), { maxLength: 40 });
    fc.assert(
      fc.property(payloads, order, (texts, asked) => {
        const made = texts.map((one) => new Payload({ data: { one } }));
        const maker = new FrameMaker();
        for (const [index, id] of asked) {
          const payload = made[index % made.length] as Payload;
          const message = textOf(maker.next(payload, new NextEnd(id)));
          expect(message).toBe(Buffer.from(nextMessage(payload, new NextEnd(id))).toString());
          expect(message).toBe(
            Buffer.from(`{"type":"next","payload":${payload.json},"id":${JSON.stringify(id)}}`).toString(),
          );
        }
      }),
    );
  });

  // Answers are remembered for a second or two. In Node's pool each kept a slab of 8 KiB with it, full of frames that had been sent.
  it('is made of bytes that keep no other memory', () => {
    const { bytes } = new Payload({ data: null });
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });

  it('is one for all whose client counts its ids, and one for each where ids are random', () => {
    const payload = new Payload({ data: null });
    const maker = new FrameMaker();
    expect(maker.next(payload, new NextEnd('7'))).toBe(maker.next(payload, new NextEnd('7')));
    const random = new NextEnd(crypto.randomUUID());
    expect(maker.next(payload, random)).not.toBe(maker.next(payload, random));
  });
});
