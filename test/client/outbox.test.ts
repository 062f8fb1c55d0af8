import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ParleyError } from '../../src/client/error.ts';
import { CLIENT_LIMITS } from '../../src/client/limits.ts';
import { type Outbox, outcomeOf } from '../../src/client/outbox.ts';
import { OutboxSender } from '../../src/client/outbox-sender.ts';
import { type ClientStorage, memoryStorage } from '../../src/client/storage.ts';
import { ADA, message } from './events.ts';

type Try = 'acknowledged' | 'lost on the way' | 'answer lost' | 'rate limited' | 'refused';

const LONG_MS = 20 * CLIENT_LIMITS.retryMaxMs;

/** What a server does with sends: one message a nonce, for ever; its answers may be lost. */
class Server {
  readonly stored: { readonly nonce: string; readonly channelId: string }[] = [];
  readonly refused = new Set<string>();
  readonly #script: Try[];

  constructor(script: readonly Try[]) {
    this.#script = [...script];
  }

  async take({ nonce, channelId }: { readonly nonce: string; readonly channelId: string }) {
    const outcome = this.refused.has(nonce) ? 'refused' : (this.#script.shift() ?? 'acknowledged');
    if (outcome === 'lost on the way') throw new ParleyError('UNAVAILABLE', 'No answer.');
    if (outcome === 'rate limited') throw new ParleyError('RATE_LIMITED', 'Slower.', { retryAfterMs: 300 });
    const isStored = this.stored.some((known) => known.nonce === nonce);
    if (outcome === 'refused' && !isStored) {
      this.refused.add(nonce);
      throw new ParleyError('FORBIDDEN', 'No.');
    }
    if (!isStored) this.stored.push({ nonce, channelId });
    if (outcome === 'answer lost') throw new ParleyError('UNAVAILABLE', 'No answer.');
    return message(this.stored.length);
  }
}

async function begin(storage: ClientStorage, server: Server) {
  const sent: string[] = [];
  let outbox: Outbox = [];
  const sender = new OutboxSender({
    storage,
    send: (entry) => server.take(entry),
    changed: (next) => {
      outbox = next;
    },
    sent: ({ nonce }) => sent.push(nonce),
  });
  await sender.begin(ADA.id);
  return { sender, sent, outbox: () => outbox };
}

const draft = (nonce: string, channelId = 'chn_1') => ({ nonce, channelId, text: nonce, replyTo: null, after: 0 });

describe('the outbox', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends everything once and in order, whatever is lost and whenever it is restarted', async () => {
    const tries = fc.array(
      fc.constantFrom<Try>('acknowledged', 'lost on the way', 'answer lost', 'rate limited', 'refused'),
      { maxLength: 15 },
    );
    const steps = fc.array(
      fc.oneof(
        fc.record({ write: fc.constantFrom('chn_1', 'chn_2') }),
        fc.record({ waitMs: fc.constantFrom(0, 400, 3_000) }),
        fc.constant({ restart: true }),
      ),
      { maxLength: 15 },
    );
    await fc.assert(
      fc.asyncProperty(tries, steps, async (script, story) => {
        const storage = memoryStorage();
        const server = new Server(script);
        const written: { readonly nonce: string; readonly channelId: string }[] = [];
        let run = await begin(storage, server);
        for (const step of story) {
          if ('write' in step) {
            const entry = { nonce: `nonce-${written.length}`, channelId: step.write };
            written.push(entry);
            await run.sender.add(draft(entry.nonce, entry.channelId));
          } else if ('waitMs' in step) {
            await vi.advanceTimersByTimeAsync(step.waitMs);
          } else {
            run.sender.close();
            run = await begin(storage, server);
          }
        }
        await vi.advanceTimersByTimeAsync(LONG_MS);
        const wanted = written.filter(({ nonce }) => !server.refused.has(nonce));
        for (const channel of ['chn_1', 'chn_2']) {
          const of = (entries: readonly { readonly nonce: string; readonly channelId: string }[]) =>
            entries.filter(({ channelId }) => channelId === channel).map(({ nonce }) => nonce);
          expect(of(server.stored)).toEqual(of(wanted));
        }
        expect(run.outbox().map(({ nonce, failure }) => [nonce, failure?.code])).toEqual(
          written.filter(({ nonce }) => server.refused.has(nonce)).map(({ nonce }) => [nonce, 'FORBIDDEN']),
        );
        expect(await storage.list('outbox')).toHaveLength(run.outbox().length);
        run.sender.close();
      }),
    );
  });

  it('does not let a channel that waits hold up another', async () => {
    const server = new Server(['lost on the way', 'acknowledged']);
    const { sender } = await begin(memoryStorage(), server);
    await sender.add(draft('first', 'chn_1'));
    await sender.add(draft('second', 'chn_2'));
    await vi.advanceTimersByTimeAsync(0);
    expect(server.stored.map(({ nonce }) => nonce)).toEqual(['second']);
    sender.close();
  });

  it('tries again at once when it is woken', async () => {
    const server = new Server(['lost on the way', 'lost on the way', 'lost on the way']);
    const { sender } = await begin(memoryStorage(), server);
    await sender.add(draft('first'));
    for (let tries = 0; tries < 3; tries += 1) {
      await vi.advanceTimersByTimeAsync(0);
      sender.wake();
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(server.stored).toHaveLength(1);
  });

  it('sends what has failed again under the same nonce, or gives it up, as its author likes', async () => {
    const server = new Server(['refused', 'refused', 'acknowledged']);
    const storage = memoryStorage();
    const { sender, outbox } = await begin(storage, server);
    await sender.add(draft('first'));
    await sender.add(draft('second'));
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(outbox().map(({ failure }) => failure)).toEqual([
      { code: 'FORBIDDEN', message: 'No.' },
      { code: 'FORBIDDEN', message: 'No.' },
    ]);
    server.refused.clear();
    await sender.retry('first');
    await sender.discard('second');
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(server.stored.map(({ nonce }) => nonce)).toEqual(['first']);
    expect(outbox()).toEqual([]);
    expect(await storage.list('outbox')).toEqual([]);
  });

  it('gives up nothing that may be on its way', async () => {
    const server = new Server(Array.from({ length: 50 }, () => 'lost on the way' as const));
    const { sender, outbox } = await begin(memoryStorage(), server);
    await sender.add(draft('first'));
    await sender.discard('first');
    expect(outbox()).toHaveLength(1);
    sender.close();
  });

  it('keeps what one user wrote for that user, and sends it as nobody else', async () => {
    const storage = memoryStorage();
    const server = new Server(['lost on the way']);
    const senders: string[] = [];
    const sender = new OutboxSender({
      storage,
      send: (entry, userId) => {
        senders.push(userId);
        return server.take(entry);
      },
      changed: () => {},
      sent: () => {},
    });
    await sender.begin('usr_ada');
    await sender.add(draft('first'));
    await vi.advanceTimersByTimeAsync(0);
    await sender.begin(null);
    await sender.begin('usr_bob');
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(sender.outbox).toEqual([]);
    expect(server.stored).toEqual([]);
    await sender.begin('usr_ada');
    await vi.advanceTimersByTimeAsync(LONG_MS);
    expect(server.stored.map(({ nonce }) => nonce)).toEqual(['first']);
    expect(new Set(senders)).toEqual(new Set(['usr_ada']));
  });

  it('takes a bounded number of messages, and says so', async () => {
    const stuck = new OutboxSender({
      storage: memoryStorage(),
      send: () => new Promise(() => {}),
      changed: () => {},
      sent: () => {},
    });
    await stuck.begin(ADA.id);
    for (let index = 0; index < CLIENT_LIMITS.entriesMax; index += 1) await stuck.add(draft(`${index}`));
    await expect(stuck.add(draft('one more'))).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('takes a fault of the server’s own for a reason to try again, so often and no more', () => {
    const fault = new ParleyError('INTERNAL_SERVER_ERROR', 'Oops.');
    expect(outcomeOf(fault, CLIENT_LIMITS.faultsMax - 1)).toBe('waits');
    expect(outcomeOf(fault, CLIENT_LIMITS.faultsMax)).toBe('fails');
    for (const code of ['BAD_USER_INPUT', 'NOT_FOUND', 'FORBIDDEN', 'CONFLICT', 'TOO_COSTLY', 'GROUP_FULL'] as const) {
      expect(outcomeOf(new ParleyError(code, ''), 0)).toBe('fails');
    }
  });
});
