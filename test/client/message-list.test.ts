import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listMessages } from '../../src/client/message-list.ts';
import type { OutboxEntry } from '../../src/client/outbox.ts';
import { EMPTY_TIMELINE, type Message } from '../../src/client/timeline.ts';
import { ADA, BOB, CHANNEL, message } from './events.ts';

const entry = (order: number, options: Partial<OutboxEntry> = {}): OutboxEntry => ({
  nonce: `nonce-${order}`,
  channelId: CHANNEL,
  text: `Message ${order}`,
  replyTo: null,
  order,
  createdAt: 0,
  after: 0,
  failure: null,
  ...options,
});

const texts = fc.constantFrom('yes', 'no');

describe('the list of messages', () => {
  it('shows each message once: as the server has it, or as one on its way', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ text: texts, own: fc.boolean() }), { maxLength: 8 }),
        fc.array(texts, { maxLength: 8 }),
        fc.nat(8),
        fc.nat(8),
        fc.nat(8),
        (before, written, arrived, acknowledged, head) => {
          const earlier = before.map(({ text, own }, index) => message(index + 1, { text, sender: own ? ADA : BOB }));
          // The server takes what is written in order; its events and its acknowledgements come in their own time.
          const stored = written.map((text, index) => message(earlier.length + index + 1, { text }));
          const entries = written.map((text, order) => entry(order, { text, after: earlier.length }));
          const told = stored.slice(0, arrived);
          const known = stored.slice(0, acknowledged).map((each, index) => [`nonce-${index}`, each] as const);
          const items = listMessages({
            timeline: { ...EMPTY_TIMELINE, messages: [...earlier.slice(Math.min(head, earlier.length)), ...told] },
            entries,
            acknowledged: new Map(known),
            viewer: ADA,
          });
          const own = items.slice(Math.max(0, earlier.length - head));
          expect(own.map(({ text }) => text)).toEqual(written);
          expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
        },
      ),
    );
  });

  it('hides no message on its way behind an older one, or behind somebody else’s', () => {
    const messages: readonly Message[] = [message(1, { text: 'yes' }), message(2, { text: 'yes', sender: BOB })];
    const items = listMessages({
      timeline: { ...EMPTY_TIMELINE, messages },
      entries: [entry(1, { text: 'yes', after: 1 })],
      acknowledged: new Map(),
      viewer: ADA,
    });
    expect(items.map(({ status }) => status)).toEqual(['sent', 'sent', 'pending']);
  });

  it('shows what failed with the reason, after what is sent', () => {
    const failure = { code: 'FORBIDDEN', message: 'No.' } as const;
    const items = listMessages({
      timeline: { ...EMPTY_TIMELINE, messages: [message(1)] },
      entries: [entry(1, { failure }), entry(2)],
      acknowledged: new Map(),
      viewer: ADA,
    });
    expect(items.map(({ status, failure: why }) => [status, why?.code])).toEqual([
      ['sent', undefined],
      ['failed', 'FORBIDDEN'],
      ['pending', undefined],
    ]);
  });

  it('gives the same object for the same message', () => {
    const sources = { timeline: { ...EMPTY_TIMELINE, messages: [message(1)] }, entries: [], viewer: ADA };
    const [first] = listMessages({ ...sources, acknowledged: new Map() });
    expect(listMessages({ ...sources, acknowledged: new Map() })[0]).toBe(first);
  });
});
