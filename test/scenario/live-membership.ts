import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { change, refusalCode } from '../support/change.ts';
import { EventSource } from '../support/event-source.ts';
import { EVENT_FIELDS, type Event, Listener } from '../support/listener.ts';
import { createGroup, type Person, send, signUpAll } from '../support/person.ts';
import { type Door, newHandle, PLACE_TIMEOUT_MS, type Place } from '../support/place.ts';
import { until } from '../support/until.ts';

const CHANNEL = `subscription ($id: ID!, $after: Int) { channel(id: $id, after: $after) { ${EVENT_FIELDS} } }`;
const WITHIN_MS = 120_000;

const upTo = (sequence: number): readonly number[] => Array.from({ length: sequence }, (_, index) => index + 1);

const isOwn = (kind: 'MemberJoined' | 'MemberLeft', { id }: Person, event: Event): boolean =>
  event.__typename === kind && (event.user ?? event.membership?.user)?.id === id;

/** What one member is to see of what everybody sees: from each join, the first excepted, to the leaving after it. */
function memberships(all: readonly Event[], person: Person): readonly Event[] {
  let isMember = true;
  return all.filter((event) => {
    if (isOwn('MemberJoined', person, event)) isMember = true;
    const seen = isMember;
    if (isOwn('MemberLeft', person, event)) isMember = false;
    return seen;
  });
}

const inChannel = ({ events }: Pick<Listener, 'events'>, id: string): readonly Event[] =>
  events.filter(({ channel }) => channel.id === id);

export function liveMembershipScenario(where: string, open: () => Promise<Place>): void {
  describe(`who comes and goes, ${where}`, () => {
    let place: Place;
    let asking: Door;
    let listening: Door;
    let other: Door;
    let ada: Person;
    let bob: Person;
    let cat: Person;

    beforeAll(async () => {
      place = await open();
      [asking, listening, other] = place.doors;
      [ada, bob, cat] = (await signUpAll(asking.url, ['ada', 'bob', 'cat'].map(newHandle))) as [Person, Person, Person];
    }, PLACE_TIMEOUT_MS);
    afterAll(() => place[Symbol.asyncDispose]());

    const add = (by: Person, channelId: string, { id }: Person) =>
      change('addMembers', { url: asking.url, by, input: { channelId, userIds: [id] } });
    const remove = (by: Person, channelId: string, { id }: Person) =>
      change('removeMember', { url: asking.url, by, input: { channelId, userId: id } });
    const leave = (by: Person, channelId: string) =>
      change('leaveChannel', { url: asking.url, by, input: { channelId } });

    /** Several people who talk without a pause until it is disposed. */
    function conversation(channelId: string, ...senders: readonly Person[]): AsyncDisposable & { sent(): number } {
      let isOver = false;
      let sent = 0;
      const talking = senders.map(async (sender) => {
        while (!isOver) {
          await send(asking.url, sender, channelId, `word ${sent}`);
          sent += 1;
        }
      });
      return {
        sent: () => sent,
        [Symbol.asyncDispose]: async () => {
          isOver = true;
          await Promise.all(talking);
        },
      };
    }

    const talkedOn = (talk: { sent(): number }, words = 10): Promise<boolean> => {
      const enough = talk.sent() + words;
      return until('the others to talk on', () => talk.sent() >= enough, WITHIN_MS);
    };

    /** The newest event that a member of the whole conversation has seen, once it is over. */
    async function witnessed(witness: Listener, channelId: string): Promise<readonly Event[]> {
      const { sequence } = await send(asking.url, ada, channelId, 'the end');
      await until('the witness to see the end', () => witness.events.at(-1)?.sequence === sequence, WITHIN_MS);
      const events = inChannel(witness, channelId);
      expect(events.map((event) => event.sequence)).toEqual(upTo(sequence ?? 0));
      return events;
    }

    describe('while others talk', () => {
      test('who is removed sees all up to their own MemberLeft and nothing after it, on every transport', async () => {
        const channelId = await createGroup(asking.url, ada, [bob, cat]);
        const elsewhere = await createGroup(asking.url, ada, [bob]);
        await using witness = await Listener.channel(other, ada, channelId, 0);
        await using channel = await Listener.channel(listening, bob, channelId, 0);
        await using inbox = await Listener.inbox(listening, bob, [{ channelId, sequence: 0 }]);
        await using stream = await EventSource.open(other.url, bob.token, CHANNEL, { id: channelId, after: 0 });
        {
          await using talk = conversation(channelId, ada, cat, ada);
          await talkedOn(talk, 50);
          await remove(ada, channelId, bob);
          await talkedOn(talk, 50);
        }
        const all = await witnessed(witness, channelId);
        await channel.socket.frame('complete', '1');
        await stream.end();
        const { sequence: elsewhereAt } = await send(asking.url, ada, elsewhere, 'elsewhere');
        await inbox.event(
          'of another channel',
          ({ channel: { id }, sequence }) => id === elsewhere && sequence === elsewhereAt,
        );

        const own = memberships(all, bob);
        expect(own.at(-1)?.__typename).toBe('MemberLeft');
        expect(all.length).toBeGreaterThan(own.length + 50);
        expect(channel.events).toEqual(own);
        expect(inChannel(inbox, channelId)).toEqual(own);
        expect(stream.results('channel')).toEqual(own);
        expect(stream.broken).toBe(false);
        expect(inbox.socket.frames.some(({ type }) => type === 'complete')).toBe(false);
      });

      test('a live inbox shows each membership of who comes and goes, from the own join to the own leaving', async () => {
        const channelId = await createGroup(asking.url, ada, [bob, cat]);
        await using witness = await Listener.channel(other, ada, channelId, 0);
        await using inbox = await Listener.inbox(listening, bob, [{ channelId, sequence: 0 }]);
        {
          await using talk = conversation(channelId, ada, cat, ada);
          for (let round = 0; round < 10; round += 1) {
            await talkedOn(talk);
            await (round % 2 === 0 ? remove(ada, channelId, bob) : leave(bob, channelId));
            // Now and then somebody is back before anybody has said a word.
            if (round % 3 !== 0) await talkedOn(talk);
            await add(cat, channelId, bob);
            // The next membership is a new one only once this one has been seen to begin.
            const joins = () => inbox.events.filter((event) => isOwn('MemberJoined', bob, event)).length;
            await until('bob to see it', () => joins() === round + 1, WITHIN_MS);
          }
          await talkedOn(talk);
        }
        const all = await witnessed(witness, channelId);
        await until(
          'the inbox to see the end',
          () => inbox.events.at(-1)?.sequence === all.at(-1)?.sequence,
          WITHIN_MS,
        );
        expect(inbox.events).toEqual(memberships(all, bob));
      }, 240_000);
    });

    test('who comes back reads all of the history, their own leaving included, and goes on live', async () => {
      const channelId = await createGroup(asking.url, ada, [bob]);
      await send(asking.url, ada, channelId, 'before');
      await leave(bob, channelId);
      await send(asking.url, ada, channelId, 'meanwhile');
      expect(await refusedAfterLeaving(channelId)).toBe('NOT_FOUND');
      await add(ada, channelId, bob);
      await using again = await Listener.channel(listening, bob, channelId, 0);
      await again.first(4);
      await send(asking.url, ada, channelId, 'live');
      expect((await again.first(5)).map(({ __typename, sequence }) => [__typename, sequence])).toEqual([
        ['MessageSent', 1],
        ['MemberLeft', 2],
        ['MessageSent', 3],
        ['MemberJoined', 4],
        ['MessageSent', 5],
      ]);
    });

    async function refusedAfterLeaving(channelId: string): Promise<string | undefined> {
      await using refused = await Listener.channel(listening, bob, channelId, 0);
      const { payload } = await refused.socket.frame('next', '1');
      return (payload as { errors: [{ extensions: { code: string } }] }).errors[0].extensions.code;
    }

    describe('who leaves and comes back while far behind', () => {
      const EVENTS = 500;
      /** As long as a text may be, of characters that take four bytes each. */
      const TEXT = '🦜'.repeat(7_900);

      /** Some 16 MB, which is more than two kernels hold between the node and a client that does not read. */
      async function longChannel(): Promise<string> {
        const channelId = await createGroup(asking.url, ada, [bob]);
        let next = 0;
        const fill = async (): Promise<void> => {
          while (next < EVENTS) await send(asking.url, ada, channelId, `${next++} ${TEXT}`);
        };
        await Promise.all(Array.from({ length: 16 }, fill));
        return channelId;
      }

      /** Subscribes from the beginning, and takes nothing more after the first event. */
      async function stalled(listener: Listener): Promise<void> {
        await listener.first(1);
        listener.socket.webSocket.pause();
      }

      test('sees it in its turn: the channel ends there, the inbox goes on at the own join', async () => {
        const channelId = await longChannel();
        await using channel = await Listener.channel(listening, bob, channelId, 0);
        await using inbox = await Listener.inbox(listening, bob, [{ channelId, sequence: 0 }]);
        await Promise.all([stalled(channel), stalled(inbox)]);
        await leave(bob, channelId);
        await send(asking.url, ada, channelId, 'meanwhile');
        await add(ada, channelId, bob);
        await send(asking.url, ada, channelId, 'again');
        expect(channel.events.length).toBeLessThan(EVENTS);
        expect(inbox.events.length).toBeLessThan(EVENTS);

        for (const { socket } of [channel, inbox]) socket.webSocket.resume();
        await channel.socket.frame('complete', '1', WITHIN_MS);
        const left = EVENTS + 1;
        await until('the inbox to be live', () => inbox.events.at(-1)?.sequence === left + 3, WITHIN_MS);
        expect(channel.events.map(({ sequence }) => sequence)).toEqual(upTo(left));
        expect(inbox.events.map(({ sequence }) => sequence)).toEqual([...upTo(left), left + 2, left + 3]);
        expect(inbox.events.slice(-3).map(({ __typename }) => __typename)).toEqual([
          'MemberLeft',
          'MemberJoined',
          'MessageSent',
        ]);
        expect(channel.events.at(-1)?.__typename).toBe('MemberLeft');
      }, 240_000);

      test('and does so again and again, sees each membership and nothing after the last', async () => {
        const channelId = await longChannel();
        await using witness = await Listener.channel(other, ada, channelId, EVENTS);
        await using inbox = await Listener.inbox(listening, bob, [{ channelId, sequence: 0 }]);
        await stalled(inbox);
        for (let round = 0; round < 3; round += 1) {
          await leave(bob, channelId);
          await send(asking.url, ada, channelId, 'unseen');
          await add(ada, channelId, bob);
          await send(asking.url, ada, channelId, 'seen');
        }
        await remove(ada, channelId, bob);
        await send(asking.url, ada, channelId, 'unseen');
        const elsewhere = await createGroup(asking.url, ada, [bob]);
        await send(asking.url, ada, elsewhere, 'elsewhere');
        await witness.first(14);

        inbox.socket.webSocket.resume();
        await inbox.event('the last leaving', ({ sequence }) => sequence === EVENTS + 13, WITHIN_MS);
        await inbox.event('of another channel', ({ channel: { id } }) => id === elsewhere);
        const own = inChannel(inbox, channelId);
        expect(own.slice(0, EVENTS).map(({ sequence }) => sequence)).toEqual(upTo(EVENTS));
        // What is told of a membership is how it stands when it is read.
        const facts = (events: readonly Event[]) => events.map(({ __typename, sequence }) => [__typename, sequence]);
        expect(facts(own.slice(EVENTS))).toEqual(facts(memberships(witness.events, bob)));
      }, 240_000);
    });

    test('a storm of joins fills 100 seats and not one more, and every stream tells the same', async () => {
      const people = await signUpAll(
        asking.url,
        Array.from({ length: 130 }, (_, index) => newHandle(`guest-${index}`)),
      );
      const channelId = await createGroup(asking.url, ada, []);
      await using witness = await Listener.channel(other, ada, channelId, 0);
      await using stack = new AsyncDisposableStack();
      const inboxes = await Promise.all(
        people.map(async (person) => {
          const inbox = stack.use(await Listener.inbox(listening, person));
          // What is answered after the subscription tells nothing of it; an event of a channel of their own does.
          const own = await createGroup(asking.url, person, []);
          await until('the inbox to be live', async () => {
            await send(asking.url, person, own, 'probe');
            return inbox.events.length > 0;
          });
          return inbox;
        }),
      );

      const input = (index: number) => ({ channelId, userIds: [people[index]?.id] });
      const answers = await Promise.all(
        people.map((_, index) =>
          change('addMembers', { url: asking.url, by: ada, input: input(index) }).then(
            () => 'added',
            (error: Error) => /"code":"(\w+)"/.exec(error.message)?.[1],
          ),
        ),
      );
      const added = people.filter((_, index) => answers[index] === 'added');
      expect(added).toHaveLength(99);
      expect(answers.filter((answer) => answer === 'GROUP_FULL')).toHaveLength(31);
      const late = people.findIndex((_, index) => answers[index] === 'GROUP_FULL');
      expect(await refusalCode('addMembers', { url: asking.url, by: ada, input: input(late) })).toBe(
        'GROUP_FULL userIds',
      );

      const all = await witnessed(witness, channelId);
      expect(all.map(({ __typename }) => __typename)).toEqual([...Array(99).fill('MemberJoined'), 'MessageSent']);
      const joined = all.flatMap(({ membership }) => membership?.user.id ?? []);
      expect(new Set(joined)).toEqual(new Set(added.map(({ id }) => id)));
      for (const [index, inbox] of inboxes.entries()) {
        const person = people[index] as Person;
        const from = all.findIndex((event) => isOwn('MemberJoined', person, event));
        const expected = from === -1 ? [] : all.slice(from);
        await until('the inbox to have it all', () => inChannel(inbox, channelId).length >= expected.length, WITHIN_MS);
        expect(inChannel(inbox, channelId)).toEqual(expected);
      }
    }, 240_000);
  });
}
