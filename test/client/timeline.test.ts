import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLIENT_LIMITS } from '../../src/client/limits.ts';
import {
  EMPTY_TIMELINE,
  type Message,
  type Timeline,
  withChange,
  withPage,
  withSent,
} from '../../src/client/timeline.ts';
import { message } from './events.ts';

const PAGE = 4;

type Step =
  | { readonly server: 'send' }
  | { readonly server: 'edit' | 'delete'; readonly which: number }
  | { readonly client: 'events' | 'ask' | 'read' | 'land' };

/** A channel's log, and what a reader of its state sees at each moment. */
class Server {
  readonly log: { readonly kind: 'sent' | 'changed'; readonly message: Message }[] = [];
  messages: Message[] = [];

  step(step: Extract<Step, { server: unknown }>): void {
    const sequence = this.log.length + 1;
    if (step.server === 'send') {
      const answered = this.messages.at(-3) ?? null;
      const added = message(sequence, { replyTo: answered });
      this.messages = [...this.messages, added];
      this.log.push({ kind: 'sent', message: added });
      return;
    }
    const target = this.messages[step.which % Math.max(1, this.messages.length)];
    if (target === undefined || target.deletedAt !== null) return;
    const changed =
      step.server === 'edit'
        ? { ...target, text: `edited at ${sequence}`, editedAt: 'now' }
        : { ...target, text: '', deletedAt: 'now' };
    this.messages = this.messages.map((each) => {
      if (each.id === target.id) return changed;
      if (each.replyTo?.id !== target.id) return each;
      return { ...each, replyTo: { ...each.replyTo, text: changed.text, deletedAt: changed.deletedAt } };
    });
    this.log.push({ kind: 'changed', message: changed });
  }

  page(before: string | null) {
    const end = before === null ? this.messages.length : this.messages.findIndex(({ id }) => id === before);
    const start = Math.max(0, end - PAGE);
    const messages = this.messages.slice(start, end);
    return { messages, before: start > 0 ? (messages[0]?.id ?? null) : null };
  }
}

const steps = fc.array(
  fc.oneof(
    fc.constant<Step>({ server: 'send' }),
    fc.record({ server: fc.constantFrom('edit' as const, 'delete' as const), which: fc.nat(20) }),
    fc.record({ client: fc.constantFrom('events' as const, 'ask' as const, 'read' as const, 'land' as const) }),
    fc.constant<Step>({ client: 'events' }),
  ),
  { maxLength: 80 },
);

describe('a timeline', () => {
  it('ends as the server’s list, whenever pages are read and whenever they and the events arrive', () => {
    fc.assert(
      fc.property(fc.nat(12), steps, (before, script) => {
        const server = new Server();
        for (let count = 0; count < before; count += 1) server.step({ server: 'send' });
        let timeline: Timeline = EMPTY_TIMELINE;
        let head = before;
        let asked: { before: string | null; since: number } | null = null;
        let read: ReturnType<Server['page']> | null = null;
        const event = (): void => {
          const next = server.log[head];
          if (next === undefined) return;
          head += 1;
          timeline = next.kind === 'sent' ? withSent(timeline, next.message) : withChange(timeline, next.message);
        };
        const client = {
          events: (): void => {
            while (head < server.log.length) event();
          },
          ask: (): void => {
            if (asked !== null || (timeline.isLoaded && timeline.before === null)) return;
            asked = { before: timeline.before, since: head };
          },
          // The store is read at some moment between question and answer.
          read: (): void => {
            if (asked !== null) read ??= server.page(asked.before);
          },
          land: (): void => {
            if (asked === null || read === null) return;
            timeline = withPage(timeline, read);
            asked = null;
            read = null;
          },
        };
        for (const step of script) {
          if ('server' in step) server.step(step);
          else client[step.client]();
        }
        client.read();
        client.land();
        while (head < server.log.length) event();
        while (!timeline.isLoaded || timeline.before !== null) {
          client.ask();
          client.read();
          client.land();
        }
        expect(timeline.messages).toEqual(server.messages);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps only the newest of what happens while nobody has read its history', () => {
    let timeline = EMPTY_TIMELINE;
    for (let sequence = 1; sequence <= CLIENT_LIMITS.recentMessagesMax + 10; sequence += 1) {
      timeline = withSent(timeline, message(sequence));
      timeline = withChange(timeline, message(sequence, { text: 'edited' }));
    }
    expect(timeline.messages).toHaveLength(CLIENT_LIMITS.recentMessagesMax);
    expect(timeline.messages.at(-1)?.sequence).toBe(CLIENT_LIMITS.recentMessagesMax + 10);
    expect(timeline.changes.length).toBeLessThanOrEqual(CLIENT_LIMITS.changesMax);
  });

  it('keeps messages without a sequence in the order in which they came, each once', () => {
    const first = message(1, { id: 'msg_z', sequence: null });
    const second = message(2, { id: 'msg_a', sequence: null });
    const timeline = [first, second, first].reduce(withSent, EMPTY_TIMELINE);
    expect(timeline.messages).toEqual([first, second]);
  });
});
