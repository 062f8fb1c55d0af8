import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { change } from '../support/change.ts';
import { EventSource } from '../support/event-source.ts';
import { run } from '../support/graphql.ts';
import { EVENT_FIELDS, type Event, Listener } from '../support/listener.ts';
import { createGroup, logIn, type Person, send, signUpAll } from '../support/person.ts';
import { type Door, newHandle, PLACE_TIMEOUT_MS, type Place } from '../support/place.ts';
import { until } from '../support/until.ts';

const INBOX = `subscription ($after: [ChannelPosition!]) {
  inbox(after: $after) { __typename sequence channel { id } ... on ChannelCreated { channel { name unread members { totalCount } } } }
}`;
const UPDATES = `query ($after: [ChannelPosition!]!) { updates(after: $after, wait: 20) { events { ${EVENT_FIELDS} } } }`;
const WITHIN_MS = 120_000;

const inChannel = (events: readonly Event[], id: string): readonly (string | number)[] =>
  events.filter(({ channel }) => channel.id === id).map(({ __typename, sequence }) => sequence ?? __typename);

export function newChannelScenario(where: string, open: () => Promise<Place>): void {
  describe(`a channel that has just been made, ${where}`, () => {
    let place: Place;
    let asking: Door;
    let listening: Door;
    let other: Door;
    let ada: Person;
    let bob: Person;
    let cat: Person;
    /** Where all three are: an event of it that is replayed says that an inbox is live. */
    let home: string;

    beforeAll(async () => {
      place = await open();
      [asking, listening, other] = place.doors;
      [ada, bob, cat] = (await signUpAll(asking.url, ['ada', 'bob', 'cat'].map(newHandle))) as [Person, Person, Person];
      home = await createGroup(asking.url, ada, [bob, cat]);
      await send(asking.url, ada, home, 'Welcome');
    }, PLACE_TIMEOUT_MS);
    afterAll(() => place[Symbol.asyncDispose]());

    const positions = () => [{ channelId: home, sequence: 0 }];

    async function inbox(door: Door, person: Person): Promise<Listener> {
      const listener = await Listener.inbox(door, person, positions());
      await listener.first(1);
      return listener;
    }

    const direct = async (by: Person, { id }: Person): Promise<string> => {
      const input = { userId: id };
      const { channel } = await change<{ channel: { id: string } }>('openDirectChannel', {
        url: asking.url,
        by,
        input,
      });
      return channel.id;
    };

    test.each(['PERSIST_FIRST', 'PUSH_FIRST', 'EPHEMERAL'] as const)(
      'is told of to every device of every member and to nobody else, before anything is written: %s',
      async (delivery) => {
        await using bobs = await inbox(listening, bob);
        await using bobsOther = await inbox(other, await logIn(asking.url, bob.handle));
        await using adasOther = await inbox(other, await logIn(asking.url, ada.handle));
        await using cats = await inbox(listening, cat);
        const id = await createGroup(asking.url, ada, [bob], delivery);
        const members = [bobs, bobsOther, adasOther];
        for (const listener of members) {
          await listener.event('the creation', ({ channel }) => channel.id === id);
          expect(inChannel(listener.events, id)).toEqual(['ChannelCreated']);
        }
        for (const text of ['one', 'two']) await send(asking.url, ada, id, text);
        const follow = delivery === 'EPHEMERAL' ? ['MessageSent', 'MessageSent'] : [1, 2];
        for (const listener of members) {
          await until('what follows', () => inChannel(listener.events, id).length >= 3);
          expect(inChannel(listener.events, id)).toEqual(['ChannelCreated', ...follow]);
        }
        // What comes later on the same way has passed everything that was before it.
        const { id: last } = await send(asking.url, ada, home, 'Last');
        await cats.event('the last', ({ message }) => message?.id === last);
        expect(new Set(cats.events.map(({ channel }) => channel.id))).toEqual(new Set([home]));
      },
      WITHIN_MS,
    );

    test(
      'is told of once, whoever asks for it again',
      async () => {
        await using bobs = await inbox(listening, bob);
        const id = await direct(ada, bob);
        await bobs.event('the creation', ({ channel }) => channel.id === id);
        expect([await direct(ada, bob), await direct(bob, ada)]).toEqual([id, id]);
        await send(asking.url, bob, id, 'one');
        await bobs.event('what follows', ({ channel, sequence }) => channel.id === id && sequence === 1);
        expect(inChannel(bobs.events, id)).toEqual(['ChannelCreated', 1]);
        // Nor again to whoever comes later, from wherever.
        await using later = await Listener.inbox(listening, bob, [...positions(), { channelId: id, sequence: 0 }]);
        await later.event('what was missed', ({ channel, sequence }) => channel.id === id && sequence === 1);
        expect(inChannel(later.events, id)).toEqual([1]);
      },
      WITHIN_MS,
    );

    test(
      'shows over server-sent events as the viewer sees it',
      async () => {
        await using stream = await EventSource.open(listening.url, bob.token, INBOX, { after: positions() });
        await until('the stream to be live', () => stream.results('inbox').length > 0);
        const id = await createGroup(asking.url, ada, [bob, cat]);
        const found = await until('the creation', () =>
          stream.results<Event>('inbox').find(({ channel }) => channel.id === id),
        );
        expect(found).toEqual({
          __typename: 'ChannelCreated',
          sequence: null,
          channel: { id, name: 'A group', unread: 0, members: { totalCount: 3 } },
        });
      },
      WITHIN_MS,
    );

    test(
      'ends a long poll that waits',
      async () => {
        const [dan] = (await signUpAll(asking.url, [newHandle('dan')])) as [Person];
        let events: readonly Event[] = [];
        const polled = run<{ updates: { events: readonly Event[] } }>(listening.url, dan.token, UPDATES, { after: [] });
        const taken = polled.then(({ updates }) => {
          events = updates.events;
        });
        const made: string[] = [];
        // Nothing says when a poll has begun to wait.
        await until('the poll to end', async () => {
          made.push(await createGroup(asking.url, ada, [dan]));
          return events.length > 0;
        });
        await taken;
        for (const event of events) {
          expect(event).toMatchObject({ __typename: 'ChannelCreated', sequence: null });
          expect(made).toContain(event.channel.id);
        }
      },
      WITHIN_MS,
    );
  });
}
