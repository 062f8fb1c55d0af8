import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import {
  channelOfMessage,
  directChannelId,
  isChannelId,
  isMessageId,
  isUserId,
  namedGroupId,
  namedMessageId,
  newCommandId,
  newGroupId,
  newSessionId,
  newUserId,
} from '../../src/domain/identifier.ts';
import { person } from './cast.ts';

const user = fc.nat(5).map(person);
const channel = fc.tuple(user, user).map(([one, other]) => directChannelId(one, other));
const nonce = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '"', '","', 'a","b', '\\', '\u0000'));

/** Two names are one id exactly when all their parts are the same. */
const named = <Parts extends readonly unknown[]>(parts: fc.Arbitrary<Parts>, id: (...parts: Parts) => string) =>
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const same = one.every((part, index) => part === other[index]);
      assert.equal(id(...one) === id(...other), same);
    }),
  );

describe('an identifier', () => {
  test('is the same for a message exactly where channel, sender and nonce are', () => {
    named(fc.tuple(channel, user, nonce), namedMessageId);
    named(fc.tuple(channel, user, fc.constantFrom('a', 'b')), namedMessageId);
  });

  test('is the same for a group exactly where creator and nonce are', () => {
    named(fc.tuple(user, nonce), namedGroupId);
  });

  test('of a direct channel is the same whoever asks, and another for every other two', () => {
    fc.assert(
      fc.property(user, user, user, (one, other, third) => {
        assert.equal(directChannelId(one, other), directChannelId(other, one));
        if (third !== other) assert.notEqual(directChannelId(one, other), directChannelId(one, third));
      }),
    );
  });

  test('never names two kinds of things by the same parts', () => {
    fc.assert(
      fc.property(user, user, (one, other) => {
        assert.notEqual(directChannelId(one, other).slice(4), namedGroupId(one, other).slice(4));
      }),
    );
  });

  test('of a message tells its channel', () => {
    fc.assert(
      fc.property(channel, user, nonce, (id, sender, name) => {
        const message = namedMessageId(id, sender, name);
        assert.ok(isMessageId(message));
        assert.equal(channelOfMessage(message), id);
      }),
    );
  });

  test('is recognised in its own form only', () => {
    const ids = [newUserId(), newGroupId(), namedMessageId(newGroupId(), newUserId(), '1'), newSessionId()];
    assert.deepStrictEqual(ids.map(isUserId), [true, false, false, false]);
    assert.deepStrictEqual(ids.map(isChannelId), [false, true, false, false]);
    assert.deepStrictEqual(ids.map(isMessageId), [false, false, true, false]);
    const body = 'a'.repeat(22);
    const wrong = ['', body, `usr_${body}a`, `usr_${body.slice(1)}`, `usr_${body}\n`, ` usr_${body}`, `USR_${body}`];
    for (const text of [...wrong, `usr_${body.slice(1)}+`, `usr_${body.slice(1)}é`]) assert.ok(!isUserId(text), text);
    fc.assert(fc.property(fc.string(), (text) => !isUserId(text) && !isChannelId(text) && !isMessageId(text)));
  });

  test('that chance makes is never made twice', () => {
    const makers: readonly (() => string)[] = [newUserId, newGroupId, newSessionId, newCommandId];
    for (const make of makers) {
      assert.equal(new Set(Array.from({ length: 1_000 }, make)).size, 1_000);
    }
  });
});
