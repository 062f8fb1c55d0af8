import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { REPEAT_WINDOW_EVENTS } from '../../src/domain/channel-view.ts';
import type { SequencedEvent } from '../../src/domain/event.ts';
import { needsOlderRows } from '../../src/domain/load-view.ts';
import { isBelow } from '../../src/domain/position.ts';
import { commandId, GROUP, person } from './cast.ts';

const row = (sequence: number): SequencedEvent => ({
  kind: 'MemberLeft',
  channelId: GROUP,
  sequence,
  at: sequence,
  messages: 0,
  commandId: commandId(sequence),
  position: { epoch: 'e', partition: 0, offset: 2 * sequence },
  part: 0,
  parts: 1,
  userId: person(0),
  successorId: null,
});

describe('loading a channel', () => {
  test('reads rows until a whole repeat window is below the position, or to the first', () => {
    fc.assert(
      fc.property(fc.nat(700), fc.nat(1_500), fc.integer({ min: 1, max: 300 }), (head, offset, page) => {
        const position = { epoch: 'e', partition: 0, offset };
        const rows: SequencedEvent[] = [];
        const stored = Array.from({ length: head }, (_, index) => row(head - index));
        const isEnough = (): boolean => {
          const below = rows.filter((one) => isBelow(one.position, position)).length;
          return rows.length === head || below >= REPEAT_WINDOW_EVENTS;
        };
        do {
          rows.push(...stored.slice(rows.length, rows.length + page));
          assert.equal(needsOlderRows(rows, position), !isEnough());
        } while (needsOlderRows(rows, position));
        assert.ok(isEnough());
      }),
    );
  });
});
