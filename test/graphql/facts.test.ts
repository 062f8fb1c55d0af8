import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Facts } from '../../src/services/facts.ts';
import { Parts } from './parts.ts';

const LISTEN = `subscription ($id: ID!) { channel(id: $id) {
  channel { name } ... on MessageSent { message { text sender { handle name } } } } }`;

describe('what never changes', () => {
  let parts: Parts;
  beforeAll(async () => {
    parts = await Parts.start();
  });
  afterAll(() => parts[Symbol.asyncDispose]());

  // Each event cost two reads of the store for each of its readers.
  it('is read once, however often and to whomever it is shown', async () => {
    const members = await parts.signUpAll('ada', 'bob', 'cleo');
    const [ada, ...others] = members;
    if (ada === undefined) throw new Error('nobody signed up');
    const id = await parts.createGroup(ada, others);
    const listeners = await Promise.all(members.map((member) => parts.listen(member, LISTEN, { id })));
    await parts.send(ada, id, 'first');
    await Promise.all(listeners.map(({ take }) => take(1)));
    const before = new Map(parts.reads);
    for (let index = 0; index < 20; index += 1) await parts.send(ada, id, `${index}`);
    const answers = await Promise.all(listeners.map(({ take }) => take(20)));
    for (const events of answers) {
      expect(events.map(({ data }) => data.channel.message.sender.handle)).toEqual(Array(20).fill('ada'));
    }
    expect((parts.reads.get('users.byIds') ?? 0) - (before.get('users.byIds') ?? 0)).toBe(0);
    // One a send, whose right is looked up; none for its sixty deliveries.
    expect((parts.reads.get('channels.byIds') ?? 0) - (before.get('channels.byIds') ?? 0)).toBeLessThanOrEqual(20);
    for (const { stream } of listeners) await stream.return?.();
  });

  it('is found whatever was asked for before, also what did not exist then, and is remembered within its bound', async () => {
    const asks = fc.array(fc.record({ ids: fc.uniqueArray(fc.nat(9), { maxLength: 6 }), made: fc.nat(9) }), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(asks, async (steps) => {
        const stored = new Map<string, { readonly id: string }>();
        const read: string[][] = [];
        const facts = new Facts<string, { readonly id: string }>(4, async (ids) => {
          read.push([...ids]);
          return new Map(ids.flatMap((id) => (stored.has(id) ? [[id, { id }]] : [])));
        });
        for (const { ids, made } of steps) {
          stored.set(`${made}`, { id: `${made}` });
          const wanted = ids.map(String);
          const found = await facts.of(wanted);
          expect(found).toEqual(new Map(wanted.flatMap((id) => (stored.has(id) ? [[id, { id }]] : []))));
        }
        // As many as are remembered are not read again; of more, the others are.
        const all = [...stored.keys()];
        await facts.of(all.slice(0, 4));
        read.length = 0;
        await facts.of(all.slice(0, 4));
        expect(read).toEqual([]);
        await facts.of(all);
        expect(read.flat()).toHaveLength(Math.max(0, all.length - 4));
      }),
      { numRuns: 50 },
    );
  });
});
