import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Member, Parts } from './parts.ts';

const MAX = 4;
const ADD = 'mutation ($input: AddMembersInput!) { addMembers(input: $input) { channel { id } } }';
const COUNT = '{ viewer { channels(first: 100) { edges { node { id } } } } }';

let parts: Parts;
let people = 0;
beforeAll(async () => {
  parts = await Parts.start({ channelsPerUserMax: MAX });
});
afterAll(() => parts[Symbol.asyncDispose]());

const person = () => parts.signUp(`person-${people++}`);
const count = async (member: Member) => (await parts.run(member, COUNT)).viewer.channels.edges.length;
const line = (number: number, channel: string, author: string) => ({
  ...{ line: number, at: number, channel, author, text: `line ${number}` },
});
const bring = (by: Member, file: string, lines: readonly ReturnType<typeof line>[]) =>
  parts.services.imports.run(by.viewer, {
    ...{ importToken: 'an import token', file, lines },
    clientAddress: '127.0.0.1',
  });

describe('the channels of one user', () => {
  // Each looked before the others had joined.
  it.each(['direct channels', 'groups', 'additions'])(
    'stay within their bound when many %s come at once',
    async (kind) => {
      const wanted = await person();
      const others = await Promise.all(Array.from({ length: 3 * MAX }, person));
      const groups = kind === 'additions' ? await Promise.all(others.map((other) => parts.createGroup(other, []))) : [];
      const joins = others.map((other, index) => {
        if (kind === 'groups') return parts.createGroup(other, [wanted]);
        if (kind === 'additions') {
          return parts.run(other, ADD, { input: { channelId: groups[index], userIds: [wanted.id] } });
        }
        const source =
          'mutation ($input: OpenDirectChannelInput!) { openDirectChannel(input: $input) { channel { id } } }';
        return parts.run(other, source, { input: { userId: wanted.id } });
      });
      const settled = await Promise.allSettled(joins);
      const refused = settled.filter((join) => join.status === 'rejected');
      for (const { reason } of refused) expect(String(reason)).toContain('BAD_USER_INPUT');
      expect(await count(wanted)).toBe(MAX);
      expect(refused).toHaveLength(2 * MAX);
    },
  );

  it('leave room again where a join was refused', async () => {
    const [wanted, owner] = [await person(), await person()];
    const group = await parts.createGroup(owner, []);
    for (let tries = 0; tries < 2 * MAX; tries += 1) {
      const { codes } = await parts.ask(wanted, ADD, { input: { channelId: group, userIds: [wanted.id] } });
      expect(codes).toEqual(['NOT_FOUND']);
    }
    await parts.run(owner, ADD, { input: { channelId: group, userIds: [wanted.id] } });
    expect(await count(wanted)).toBe(1);
  });

  it('are not passed by an import, which says whose lines found no room', async () => {
    const [by, other] = [await person(), await person()];
    const author = await parts.signUp('author');
    for (let made = 0; made < MAX; made += 1) await parts.createGroup(other, [author]);
    const { imported, skipped } = await bring(by, 'one', [
      line(1, 'tea', 'grace'),
      line(2, 'tea', 'author'),
      line(3, 'tea', 'author'),
    ]);
    expect(imported).toBe(1);
    expect(skipped).toEqual(
      [2, 3].map((number) => ({
        line: number,
        reason: 'no room for tea: author is in 4 channels, as many as anybody may be',
      })),
    );
    expect(await count(author)).toBe(MAX);
  });

  it('are not passed by whoever imports either', async () => {
    const by = await person();
    const lines = Array.from({ length: MAX + 2 }, (_, index) => line(index + 1, `channel ${index}`, `writer-${index}`));
    const { imported, skipped } = await bring(by, 'two', lines);
    expect(imported).toBe(MAX);
    expect(skipped.map((one) => one.line)).toEqual([MAX + 1, MAX + 2]);
    expect(skipped[0]?.reason).toBe(
      'no room for channel 4: whoever imports is in 4 channels, as many as anybody may be',
    );
    expect(await count(by)).toBe(MAX);
    // What is there already goes on.
    const again = await bring(by, 'two', [...lines, line(99, 'channel 0', 'writer-0')]);
    expect(again).toMatchObject({ imported: 1, repeated: MAX });
  });
});
