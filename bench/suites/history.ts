import { toCursor } from '../../src/graphql/cursor.ts';
import type { Job } from '../load/job.ts';
import { type Cast, EMPTY_GROUPS } from '../seed/plan.ts';
import type { Scale, Suite, Trial } from './suite.ts';

const PAGE = 50;
const PAGES = 20;
const IN_FLIGHT = 8;
const QUERY = `query Page($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { channel(id: $id) {
  messages(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id sequence text createdAt sender { id name } } } pageInfo { hasPreviousPage hasNextPage } } } }`;
const INBOX = `subscription Inbox($after: [ChannelPosition!]) { inbox(after: $after) { sequence
  ... on MessageSent { message { id text sender { id name } channel { id } } } } }`;

const COLUMNS = [
  ...(['cpuPerRequestMicros', 'requestsPerSecond', 'latencyP50Millis', 'latencyP99Millis'] as const),
  ...(['latencyMaxMillis', 'serverCores'] as const),
];

type Range = Readonly<Record<string, unknown>>;
const older = (sequence: number): Range => ({ last: PAGE, before: toCursor('message', sequence) });
const newer = (sequence: number): Range => ({ first: PAGE, after: toCursor('message', sequence) });

/** 20 pages of each place, so that it is not one page over and over. */
const PLACES: Readonly<Record<string, (messages: number, page: number) => Range>> = {
  newest: (messages, page) => older(messages + 1 - page * PAGE),
  middle: (messages, page) => older(Math.floor(messages / 2) - page * PAGE),
  oldest: (_, page) => newer(page * PAGE),
};

export const HISTORY: Suite = {
  title: 'History',
  about:
    'Pages of 50 messages with their senders, from a channel of a million, 8 requests in flight: 20 pages of each place in turn. CPU has ' +
    'the store’s in it. Below, a user comes back to an inbox: one message missed in each of 500 channels, or 500 missed in one.',
  tables: [
    {
      ...{ name: 'pages', title: 'Pages of 50' },
      cases: { newest: 'newest', middle: 'middle', oldest: 'oldest' },
      ...{ columns: COLUMNS, chart: 'cpuPerRequestMicros' },
    },
    {
      ...{ name: 'inbox', title: 'Coming back to an inbox, connecting included' },
      cases: {
        'inbox-many': 'one message missed in each of 500 channels',
        'inbox-one': '500 messages missed in one channel',
      },
      ...{ columns: COLUMNS, chart: 'latencyP50Millis' },
    },
  ],
  trials: (scale) => [...PLACE_NAMES.map((place) => pagesTrial(scale, place)), ...inboxTrials(scale)],
};

export const PLACE_NAMES = Object.keys(PLACES);

export const pagesJob =
  ({ historyMessages, seconds, warmUpSeconds }: Scale, place: string) =>
  ({ groups }: Cast): Job => ({
    kind: 'requests',
    requests: Array.from({ length: PAGES }, (_, page) =>
      JSON.stringify({ query: QUERY, variables: { id: groups[0], ...PLACES[place]?.(historyMessages, page) } }),
    ),
    contains: { text: '"cursor"', times: PAGE },
    ...{ inFlight: IN_FLIGHT, seconds, warmUpSeconds },
  });

function pagesTrial(scale: Scale, place: string): Trial {
  const plan = { ...EMPTY_GROUPS, groups: 1, membersPerGroup: 100, messagesPerGroup: scale.historyMessages };
  const seconds = scale.seconds + scale.warmUpSeconds;
  return { case: place, target: 'parley', plan, job: pagesJob(scale, place), seconds };
}

function inboxTrials({ inboxChannels, seconds, warmUpSeconds }: Scale): readonly Trial[] {
  const job =
    (missed: number, messages: number) =>
    ({ groups }: Cast): Job => ({
      kind: 'catch-up',
      payload: {
        query: INBOX,
        variables: { after: groups.map((channelId) => ({ channelId, sequence: messages - missed })) },
      },
      events: missed * groups.length,
      ...{ seconds, warmUpSeconds },
    });
  const plan = { ...EMPTY_GROUPS, membersPerGroup: 1, isOnePerson: true };
  const common = { target: 'parley', seconds: seconds + warmUpSeconds } as const;
  return [
    {
      ...common,
      case: 'inbox-many',
      plan: { ...plan, groups: inboxChannels, messagesPerGroup: 2 },
      job: job(1, 2),
    },
    {
      ...common,
      case: 'inbox-one',
      plan: { ...plan, groups: 1, messagesPerGroup: 2 * inboxChannels },
      job: job(inboxChannels, 2 * inboxChannels),
    },
  ];
}
