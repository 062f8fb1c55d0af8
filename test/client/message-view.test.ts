import { describe, expect, it } from 'vitest';
import type { Ask } from '../../src/client/authorized.ts';
import { ParleyError } from '../../src/client/error.ts';
import { MessageView } from '../../src/client/message-view.ts';
import type { Message } from '../../src/client/timeline.ts';
import { ADA, message } from './events.ts';

interface Answer {
  readonly messages?: readonly Message[];
  readonly head?: number;
  readonly error?: ParleyError;
}

/** A view whose questions wait for the test to answer them. */
function rig(head: number) {
  const waiting: ((answer: Answer) => void)[] = [];
  const ask: Ask = () =>
    new Promise((resolve, reject) => {
      waiting.push(({ messages = [], head: reached = head, error }) => {
        const edges = messages.map((node) => ({ node }));
        const pageInfo = { hasPreviousPage: false, startCursor: null };
        if (error === undefined) resolve({ channel: { head: reached, messages: { edges, pageInfo } } } as never);
        else reject(error);
      });
    });
  const view: MessageView = new MessageView({
    channelId: 'chn_1',
    ask,
    viewer: () => ADA,
    progress: () => ({ head, unread: 0 }),
    changed: () => view.draw(),
  });
  const items = () => view.signal.get().items.map(({ text }) => text);
  return { view, waiting, items };
}

describe('the view of a channel’s messages', () => {
  it('asks once for what two want at the same time', async () => {
    const { view, waiting } = rig(1);
    const both = Promise.all([view.load(), view.load()]);
    expect(waiting).toHaveLength(1);
    expect(view.signal.get().isLoading).toBe(true);
    waiting[0]?.({ messages: [message(1)] });
    await both;
    expect(view.signal.get()).toMatchObject({ isLoading: false, isLoaded: true, error: null });
  });

  // A page that was read before something was missed came after the list had been forgotten, and stood for the whole.
  it('takes no page that was asked for before it forgot everything', async () => {
    const { view, waiting, items } = rig(3);
    const before = view.load();
    view.clear();
    const after = view.load();
    waiting[0]?.({ messages: [message(1)] });
    await before;
    expect(items()).toEqual([]);
    waiting[1]?.({ messages: [message(1), message(2), message(3)] });
    await after;
    expect(items()).toEqual(['Message 1', 'Message 2', 'Message 3']);
  });

  it('asks again where history lags behind the events, as it may in a PUSH_FIRST channel', async () => {
    const { view, waiting, items } = rig(2);
    const loading = view.load();
    waiting[0]?.({ messages: [message(1)], head: 1 });
    await new Promise((resolve) => setTimeout(resolve, 400));
    waiting[1]?.({ messages: [message(1), message(2)], head: 2 });
    await loading;
    expect(items()).toEqual(['Message 1', 'Message 2']);
  });

  it('says why a page did not come, and takes the next', async () => {
    const { view, waiting, items } = rig(1);
    const failing = view.load();
    waiting[0]?.({ error: new ParleyError('UNAVAILABLE', 'No answer.') });
    await expect(failing).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(view.signal.get()).toMatchObject({ isLoading: false, isLoaded: false, error: { code: 'UNAVAILABLE' } });
    const loading = view.load();
    waiting[1]?.({ messages: [message(1)] });
    await loading;
    expect(items()).toEqual(['Message 1']);
    expect(view.signal.get().error).toBeNull();
  });
});
