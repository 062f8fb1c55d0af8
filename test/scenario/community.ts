import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Acknowledged, check, type Seen } from '../support/checker.ts';
import { conversation, conversationMsMax } from '../support/community.ts';
import { run } from '../support/graphql.ts';
import { scrollBack, scrollForward } from '../support/history.ts';
import { createGroup, keepLoggedIn, type Person, send, sendUntilAcknowledged, signUpAll } from '../support/person.ts';
import { type Door, newHandle, PLACE_TIMEOUT_MS, type Place } from '../support/place.ts';
import { Subscriber } from '../support/subscriber.ts';
import { until } from '../support/until.ts';

const UPDATES = `query ($after: [ChannelPosition!]!) {
  updates(after: $after, wait: 5, first: 500) { more events { sequence channel { id } ... on MessageSent { message { id text } } } }
}`;

interface Polled {
  readonly updates: {
    readonly events: readonly {
      readonly sequence: number;
      readonly channel: { readonly id: string };
      readonly message?: { readonly id: string; readonly text: string };
    }[];
  };
}

/** A client without a socket. It is told of all its channels, so it keeps a position in each. */
async function poll({ url }: Door, person: Person, channelId: string, until: number): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  const positions = new Map([[channelId, 0]]);
  while ((positions.get(channelId) ?? 0) < until) {
    const after = [...positions].map(([id, sequence]) => ({ channelId: id, sequence }));
    const { updates } = await run<Polled>(url, person.token, UPDATES, { after });
    for (const { channel, sequence, message } of updates.events) {
      positions.set(channel.id, sequence);
      if (channel.id === channelId) seen.push({ sequence, ...message });
    }
  }
  return seen;
}

/** @param linesMax of the conversation, from its beginning */
export function communityScenario(
  where: string,
  open: () => Promise<Place>,
  linesMax = Number.POSITIVE_INFINITY,
): void {
  const lines = conversation().slice(0, linesMax);
  const withinMs = conversationMsMax(lines);
  const authors = [...new Set(lines.map(({ author }) => author))];

  describe(`a community, ${where}`, () => {
    let place: Place;
    let asking: Door;
    let listening: Door;
    let other: Door;
    let people: readonly Person[];
    let keeping: AsyncDisposable;

    beforeAll(async () => {
      place = await open();
      [asking, listening, other] = place.doors;
      people = await signUpAll(asking.url, authors.map(newHandle));
      keeping = keepLoggedIn(asking.url, people);
    }, PLACE_TIMEOUT_MS);
    afterAll(async () => {
      await keeping[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    });

    const personOf = (author: string): Person => people[authors.indexOf(author)] as Person;

    /** Each sends their own messages one after the other; all do so side by side. */
    async function replay(channelId: string): Promise<readonly Acknowledged[]> {
      const byAuthor = Map.groupBy(lines.entries(), ([, { author }]) => author);
      const acknowledged = await Promise.all(
        [...byAuthor].map(async ([author, own]) => {
          const sent: Acknowledged[] = [];
          for (const [index, { text }] of own) {
            sent.push(await sendUntilAcknowledged(asking.url, personOf(author), channelId, text, `line ${index}`));
          }
          return sent;
        }),
      );
      return acknowledged.flat();
    }

    describe.each(['PERSIST_FIRST', 'PUSH_FIRST'] as const)('95 authors side by side, %s', (delivery) => {
      test(
        'everybody sees every message once, in one order, and history is what was sent',
        async () => {
          const [owner, reader, poller] = people as [Person, Person, Person];
          const channelId = await createGroup(asking.url, owner, people.slice(1), delivery);
          const request = { wsUrl: listening.wsUrl, channelId };
          await using channel = new Subscriber({ ...request, token: () => owner.token, field: 'channel' });
          await using inbox = new Subscriber({
            ...request,
            wsUrl: other.wsUrl,
            token: () => reader.token,
            field: 'inbox',
          });
          const polling = poll(other, poller, channelId, lines.length);

          const acknowledged = await replay(channelId);
          await Promise.all([channel.reached(lines.length, withinMs), inbox.reached(lines.length, withinMs)]);
          const polled = await polling;
          // Of a PUSH_FIRST channel it may lag by a batch.
          const history = await until('history to have it all', async () => {
            const messages = await scrollBack(listening.url, reader, channelId);
            return messages.length >= lines.length && messages;
          });

          expect(acknowledged).toHaveLength(lines.length);
          const streams = { channel: channel.seen, inbox: inbox.seen, polled };
          const attempted = new Set(lines.map(({ text }) => text));
          expect(check({ acknowledged, streams, history, attempted, after: 0 })).toEqual([]);
          expect(await scrollForward(other.url, reader, channelId)).toEqual(history);

          const middle = Math.floor(lines.length / 2);
          await using resumed = new Subscriber({
            ...request,
            wsUrl: asking.wsUrl,
            token: () => reader.token,
            field: 'channel',
            after: middle,
          });
          await resumed.reached(lines.length, withinMs);
          expect(resumed.seen).toEqual(channel.seen.slice(middle));
        },
        withinMs,
      );
    });

    test(
      'in an EPHEMERAL channel who is connected sees every message once, and nothing is kept',
      async () => {
        const [owner, reader] = people as [Person, Person];
        const channelId = await createGroup(asking.url, owner, people.slice(1), 'EPHEMERAL');
        const request = { wsUrl: listening.wsUrl, channelId, after: 0 };
        await using channel = new Subscriber({ ...request, token: () => owner.token, field: 'channel' });
        await using inbox = new Subscriber({
          ...request,
          wsUrl: other.wsUrl,
          token: () => reader.token,
          field: 'inbox',
        });
        let probes = 0;
        // A subscription has no acknowledgement of its own: probes tell when both are live.
        while (channel.seen.length === 0 || inbox.seen.length === 0) {
          await send(asking.url, owner, channelId, `probe ${probes++}`);
        }
        const acknowledged = await replay(channelId);
        const isProbe = ({ text }: Seen): boolean => text?.startsWith('probe ') ?? false;
        await Promise.all(
          [channel, inbox].map((one) => one.saw(lines.length + one.seen.filter(isProbe).length, withinMs)),
        );
        const streams = {
          channel: channel.seen.filter((seen) => !isProbe(seen)),
          inbox: inbox.seen.filter((seen) => !isProbe(seen)),
        };
        const attempted = new Set(lines.map(({ text }) => text));
        expect(check({ acknowledged: [], streams, history: [], attempted, after: 0 })).toEqual([]);
        const ids = new Set(acknowledged.map(({ id }) => id));
        expect(new Set(streams.channel.map(({ id }) => id))).toEqual(ids);
        expect(new Set(streams.inbox.map(({ id }) => id))).toEqual(ids);
        expect(await scrollBack(listening.url, reader, channelId)).toEqual([]);
      },
      withinMs,
    );
  });
}
