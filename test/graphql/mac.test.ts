import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Mac } from '../../src/services/mac.ts';

test('a MAC is the one that node:crypto makes, whatever the key and the text', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { minLength: 1, maxLength: 4 }),
      (key, texts) => {
        const mac = new Mac(key);
        for (const text of texts) expect(mac.of(text)).toBe(createHmac('sha256', key).update(text).digest('base64url'));
      },
    ),
  );
});

// RFC 4231, test cases 2 and 6: a short key, and one that is longer than a block.
test.each([
  ['Jefe', 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  [
    '\u{aa}'.repeat(131),
    'Test Using Larger Than Block-Size Key - Hash Key First',
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
])('the MAC of the example with the key %s', (key, text, expected) => {
  const mac = new Mac(Buffer.from(key, 'latin1'));
  expect(Buffer.from(mac.of(text), 'base64url').toString('hex')).toBe(expected);
});
