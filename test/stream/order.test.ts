import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newUserId } from '../../src/domain/identifier.ts';
import { contiguous, Order } from '../../src/stream/order.ts';
import { eventBytes } from '../../src/stream/size.ts';
import { ModelChannel, range, sequences } from './model.ts';

const channel = new ModelChannel();
for (let index = 0; index < 50; index += 1) channel.send(newUserId());
const { events } = channel;

/** The event of that sequence. */
function at(sequence: number) {
  const event = events[sequence - 1];
  if (event === undefined) throw new Error('no such event');
  return event;
}

function started(head: number, eventsMax = 256, bytesMax = 1 << 20): Order {
  const order = new Order({ eventsMax, bytesMax });
  order.start(head);
  return order;
}

describe('an order', () => {
  it('passes each event once, in sequence, however the hints come', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 20 }),
        fc.array(fc.integer({ min: 1, max: 50 })),
        fc.nat({ max: 30 }),
        (head, hints, held) => {
          const order = new Order({ eventsMax: held, bytesMax: 1 << 20 });
          const early = hints.slice(0, 5).flatMap((sequence) => order.offer(at(sequence)));
          const passed = [...early, ...order.start(head)];
          for (const sequence of hints.slice(5)) passed.push(...order.offer(at(sequence)));
          const highest = Math.max(head, ...hints);
          expect(order.isBehind).toBe(head + passed.length < highest);
          for (const event of events.slice(0, highest)) passed.push(...order.offer(event));
          expect(sequences(passed)).toEqual(range(head + 1, highest));
          expect(order.isBehind).toBe(false);
        },
      ),
    );
  });

  it('holds as many early events as it may; one more drops them, and it knows that they exist', () => {
    const order = started(0, 3);
    for (const sequence of [2, 3, 4]) expect(order.offer(at(sequence))).toEqual([]);
    expect(sequences(order.offer(at(1)))).toEqual([1, 2, 3, 4]);
    for (const sequence of [6, 7, 8, 9]) expect(order.offer(at(sequence))).toEqual([]);
    expect(sequences(order.offer(at(5)))).toEqual([5]);
    expect(order.isBehind).toBe(true);
  });

  it('holds as many bytes as it may and one no more', () => {
    const bytes = eventBytes(at(2)) + eventBytes(at(3));
    const enough = started(0, 256, bytes);
    for (const sequence of [2, 3]) enough.offer(at(sequence));
    expect(sequences(enough.offer(at(1)))).toEqual([1, 2, 3]);
    const short = started(0, 256, bytes - 1);
    for (const sequence of [2, 3]) short.offer(at(sequence));
    expect(sequences(short.offer(at(1)))).toEqual([1]);
  });

  it('is behind as soon as it hears of a head that has not passed', () => {
    const order = started(5);
    order.hear(5);
    expect(order.isBehind).toBe(false);
    order.hear(6);
    expect(order.isBehind).toBe(true);
  });
});

describe('contiguous', () => {
  it('cuts at the first hole', () => {
    expect(contiguous([at(3), at(4), at(6)], 2)).toEqual([at(3), at(4)]);
    expect(contiguous([at(4)], 2)).toEqual([]);
    expect(contiguous([], 2)).toEqual([]);
  });
});
