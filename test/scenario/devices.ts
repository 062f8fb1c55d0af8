import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change } from '../support/change.ts';
import { EventSource } from '../support/event-source.ts';
import { run } from '../support/graphql.ts';
import { Listener } from '../support/listener.ts';
import { createGroup, logIn, send, signUp } from '../support/person.ts';
import { type Door, newHandle, PLACE_TIMEOUT_MS, type Place } from '../support/place.ts';
import { presenceOf, Watcher } from '../support/presence.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

/** What the place is to be opened with: the least that there is. */
export const PRESENCE_TTL = '5s';
const TTL_MS = 5_000;
/** OFFLINE shows at most so long after the TTL. */
const LATE_MS = 5_000;
const INBOX = 'subscription { inbox { sequence } }';

export function devicesScenario(where: string, open: () => Promise<Place>): void {
  describe(`people with several devices, ${where}`, () => {
    let place: Place;
    let asking: Door;
    let listening: Door;
    let other: Door;
    beforeAll(async () => {
      place = await open();
      [asking, listening, other] = place.doors;
    }, PLACE_TIMEOUT_MS);
    afterAll(() => place[Symbol.asyncDispose]());

    describe.concurrent('two devices of one person', { timeout: 120_000 }, () => {
      it('share a checkpoint, and nobody else learns of it', async () => {
        const [ada, bob] = await Promise.all([
          signUp(asking.url, newHandle('check-ada')),
          signUp(asking.url, newHandle('check-bob')),
        ]);
        const phone = await logIn(other.url, bob.handle);
        const channelId = await createGroup(asking.url, ada, [bob]);
        await send(asking.url, ada, channelId, 'one');
        const after = [{ channelId, sequence: 0 }];
        await using laptopInbox = await Listener.inbox(listening, bob, after);
        await using laptopChannel = await Listener.channel(listening, bob, channelId, 0);
        await using phoneInbox = await Listener.inbox(other, phone, after);
        await using phoneChannel = await Listener.channel(other, phone, channelId, 0);
        await using others = await Listener.inbox(listening, ada, after);
        const all = [laptopInbox, laptopChannel, phoneInbox, phoneChannel, others];
        await Promise.all(all.map((listener) => listener.first(1)));
        await change('markRead', { url: asking.url, by: bob, input: { channelId, upTo: 1 } });
        await send(asking.url, ada, channelId, 'two');
        await Promise.all(
          all.map((listener) => listener.event('the second message', ({ sequence }) => sequence === 2)),
        );
        const moved = all.map(({ events }) => events.filter(({ __typename }) => __typename === 'CheckpointMoved'));
        expect(moved.map(({ length }) => length)).toEqual([0, 0, 1, 1, 0]);
        expect(phoneInbox.events.find(({ membership }) => membership?.readUpTo === 1)).toBeDefined();
      });

      it('do not tell one another that their person types; the others are told for 6 seconds', async () => {
        const [ada, bob] = await Promise.all([
          signUp(asking.url, newHandle('type-ada')),
          signUp(asking.url, newHandle('type-bob')),
        ]);
        const phone = await logIn(other.url, bob.handle);
        const channelId = await createGroup(asking.url, ada, [bob]);
        await send(asking.url, ada, channelId, 'one');
        const after = [{ channelId, sequence: 0 }];
        await using laptop = await Listener.inbox(listening, bob, after);
        await using otherDevice = await Listener.inbox(other, phone, after);
        await using others = await Listener.channel(listening, ada, channelId, 0);
        const all = [laptop, otherDevice, others];
        await Promise.all(all.map((listener) => listener.first(1)));
        await change('setTyping', { url: asking.url, by: bob, input: { channelId, typing: true } });
        await others.event('typing', ({ typing }) => typing === true);
        const startedAt = performance.now();
        await others.event('no typing', ({ typing }) => typing === false);
        const lastedMs = performance.now() - startedAt;
        expect(lastedMs).toBeGreaterThan(5_000);
        expect(lastedMs).toBeLessThan(9_000);
        await send(asking.url, ada, channelId, 'two');
        await Promise.all(
          all.map((listener) => listener.event('the second message', ({ sequence }) => sequence === 2)),
        );
        const typing = all.map(
          ({ events }) => events.filter(({ __typename }) => __typename === 'TypingChanged').length,
        );
        expect(typing).toEqual([0, 0, 2]);
      });

      it('keep their person online until the last of them has been gone for the TTL', async () => {
        const [ada, bob] = await Promise.all([
          signUp(asking.url, newHandle('live-ada')),
          signUp(asking.url, newHandle('live-bob')),
        ]);
        const phone = await logIn(other.url, bob.handle);
        await createGroup(asking.url, ada, [bob]);
        await using watcher = await Watcher.of(other, ada, bob);
        const laptop = await TestSocket.connect(listening.wsUrl, bob.token);
        await watcher.times(2);
        const stream = await EventSource.open(other.url, phone.token, INBOX);
        laptop.webSocket.terminate();
        const goneAt = performance.now();
        // Only the stream is left, for longer than without it.
        await until('the TTL to pass', () => performance.now() - goneAt > TTL_MS + 2_000);
        expect(await presenceOf(asking.url, ada, bob)).toMatchObject({ status: 'ONLINE' });
        const closedAt = performance.now();
        const closed = Date.now();
        await stream[Symbol.asyncDispose]();
        const { at, lastSeenAt } = await watcher.times(3);
        expect(watcher.statuses).toEqual(['OFFLINE', 'ONLINE', 'OFFLINE']);
        expect(at - closedAt).toBeGreaterThan(TTL_MS - 1_000);
        expect(at - closedAt).toBeLessThan(TTL_MS + LATE_MS);
        expect(Math.abs(Date.parse(lastSeenAt ?? '') - closed)).toBeLessThan(TTL_MS);
      });

      it('are told apart at the log-out: all connections of the one end within a second, the other goes on', async () => {
        const bob = await signUp(asking.url, newHandle('out-bob'));
        const phone = await logIn(other.url, bob.handle);
        const channelId = await createGroup(asking.url, bob, []);
        await using one = await Listener.inbox(other, phone, [{ channelId, sequence: 0 }]);
        await using two = await Listener.channel(other, phone, channelId, 0);
        await using idle = await TestSocket.connect(other.wsUrl, phone.token);
        await using stream = await EventSource.open(other.url, phone.token, INBOX);
        await using laptop = await Listener.inbox(listening, bob, [{ channelId, sequence: 0 }]);
        await send(asking.url, bob, channelId, 'before');
        await Promise.all([one, two, laptop].map((listener) => listener.first(1)));
        await run(asking.url, phone.token, 'mutation { logOut }');
        const closes = await Promise.all([one.socket, two.socket, idle].map((socket) => socket.end(1_000)));
        expect(closes.map(({ code }) => code)).toEqual([4403, 4403, 4403]);
        await stream.end(1_000);
        await send(asking.url, bob, channelId, 'after');
        await laptop.first(2);
        expect([one, two].map(({ events }) => events.length)).toEqual([1, 1]);
        expect(laptop.socket.closed).toBeNull();
      });
    });

    describe.concurrent('presence', { timeout: 120_000 }, () => {
      it('is kept by heartbeats alone, and ends when they do', async () => {
        const [ada, bob] = await Promise.all([
          signUp(asking.url, newHandle('beat-ada')),
          signUp(asking.url, newHandle('beat-bob')),
        ]);
        await createGroup(asking.url, ada, [bob]);
        await using watcher = await Watcher.of(other, ada, bob);
        let beatAt = 0;
        const beat = async (): Promise<void> => {
          beatAt = performance.now();
          await run(asking.url, bob.token, 'mutation { heartbeat { status } }');
        };
        await beat();
        const firstAt = beatAt;
        await watcher.times(2);
        while (performance.now() - firstAt < TTL_MS + 2_000) {
          await until('the next beat to be due', () => performance.now() - beatAt > TTL_MS / 4);
          await beat();
        }
        const lastAt = beatAt;
        const { at } = await watcher.times(3);
        expect(watcher.statuses).toEqual(['OFFLINE', 'ONLINE', 'OFFLINE']);
        expect(at - lastAt).toBeGreaterThan(TTL_MS - 1_000);
        expect(at - lastAt).toBeLessThan(TTL_MS + LATE_MS);
      });

      it('is OFFLINE without a time for who shares no channel, live too', async () => {
        const [ada, bob, eve] = await Promise.all(
          ['hide-ada', 'hide-bob', 'hide-eve'].map((name) => signUp(asking.url, newHandle(name))),
        );
        if (ada === undefined || bob === undefined || eve === undefined) throw new Error('nobody is there');
        await createGroup(asking.url, ada, [bob]);
        await using friend = await Watcher.of(other, ada, bob);
        await using stranger = await Watcher.of(other, eve, bob);
        const socket = await TestSocket.connect(listening.wsUrl, bob.token);
        await friend.times(2);
        socket.webSocket.terminate();
        const { lastSeenAt } = await friend.times(3);
        expect(lastSeenAt).not.toBeNull();
        expect(await presenceOf(asking.url, ada, bob)).toEqual({ status: 'OFFLINE', lastSeenAt });
        const hidden = { status: 'OFFLINE', lastSeenAt: null };
        expect(await presenceOf(asking.url, eve, bob)).toEqual(hidden);
        expect(stranger.told).toMatchObject([hidden]);
      });

      // Those who were there already were told by no node, not even the one that they asked.
      it('is shown to who is there already when somebody is added, and hidden when they are removed', async () => {
        const [ada, bob, eve] = await Promise.all(
          ['late-ada', 'late-bob', 'late-eve'].map((name) => signUp(asking.url, newHandle(name))),
        );
        if (ada === undefined || bob === undefined || eve === undefined) throw new Error('nobody is there');
        const channelId = await createGroup(asking.url, ada, [bob]);
        await using _socket = await TestSocket.connect(listening.wsUrl, eve.token);
        await until('eve to be online', async () => (await presenceOf(asking.url, eve, eve)).status === 'ONLINE');
        await using owner = await Watcher.of(asking, ada, eve);
        await using member = await Watcher.of(other, bob, eve);
        const added = { url: asking.url, by: ada, input: { channelId, userIds: [eve.id] } };
        await change('addMembers', added);
        await Promise.all([owner.times(2), member.times(2)]);
        await change('removeMember', { url: asking.url, by: ada, input: { channelId, userId: eve.id } });
        await Promise.all([owner.times(3), member.times(3)]);
        await change('addMembers', added);
        await Promise.all([owner.times(4), member.times(4)]);
        const statuses = ['OFFLINE', 'ONLINE', 'OFFLINE', 'ONLINE'];
        expect([owner.statuses, member.statuses]).toEqual([statuses, statuses]);
      });
    });
  });
}
