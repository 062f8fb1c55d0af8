import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { ask } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, PASSWORD, type Person, send, signUpAll } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';

interface Result {
  readonly errors?: readonly { readonly extensions?: { readonly code?: string; readonly field?: string } }[];
}

const OK = 'fine';
/** Two UTF-16 units, one character. */
const ASTRAL = '🦜';

let node: Node;
let ada: Person;
let socket: TestSocket;
let channelId: string;
let messageId: string;

beforeAll(async () => {
  node = await startNode();
  [ada] = (await signUpAll(node.url, ['ada', 'bob'])) as [Person, Person];
  socket = await TestSocket.connect(node.wsUrl, ada.token);
  channelId = await createGroup(node.url, ada, []);
  messageId = (await send(node.url, ada, channelId, 'first')).id;
});
afterAll(async () => {
  await socket[Symbol.asyncDispose]();
  await node[Symbol.asyncDispose]();
});

function outcome({ errors }: Result): string {
  const { code, field } = errors?.[0]?.extensions ?? {};
  if (errors === undefined) return OK;
  return field === undefined ? `${code}` : `${code} ${field}`;
}

/** Of the same operation over both transports, which have to agree. */
async function outcomes(query: string, variables: () => Record<string, unknown>): Promise<string> {
  const { errors } = await ask(node.url, ada.token, query, variables());
  const overHttp = outcome(errors === undefined ? {} : { errors });
  const id = crypto.randomUUID();
  socket.subscribe(id, query, variables());
  // What fails validation has an `error` frame for its end, all else a `complete`.
  const isEnd = ({ type }: { type: string }) => type === 'error' || type === 'complete';
  while (!socket.frames.some((frame) => frame.id === id && isEnd(frame))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const [first] = socket.frames.filter((frame) => frame.id === id);
  const payload = (first?.payload ?? {}) as Result | Result['errors'];
  expect(outcome(Array.isArray(payload) ? { errors: payload } : (payload as Result))).toBe(overHttp);
  return overHttp;
}

const MUTATIONS = {
  send: 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }',
  edit: 'mutation ($input: EditMessageInput!) { editMessage(input: $input) { message { id } } }',
  group: 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { channel { id } } }',
  signUp: 'mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken } }',
} as const;

let handles = 0;
const inputs = {
  send: () => ({ channelId, text: 'text', nonce: crypto.randomUUID() }),
  edit: () => ({ messageId, text: crypto.randomUUID() }),
  group: () => ({ name: 'Tea', memberIds: [] }),
  signUp: () => ({ handle: `new-${handles++}`, name: 'New', password: PASSWORD }),
};
const unique = (length: number): string => `${handles++}-`.padEnd(length, 'x');
const { textCharactersMax, nonceCharactersMax, nameCharactersMax, passwordCharactersMax } = LIMITS;

describe('what people write is bounded', () => {
  it.each<[keyof typeof MUTATIONS, string, string, () => string, string]>([
    ['send', 'as long as may be', 'text', () => 'x'.repeat(textCharactersMax), OK],
    ['send', 'one longer', 'text', () => 'x'.repeat(textCharactersMax + 1), 'BAD_USER_INPUT text'],
    ['send', 'as long, in astral characters', 'text', () => ASTRAL.repeat(textCharactersMax), OK],
    ['send', 'one longer, of them', 'text', () => ASTRAL.repeat(textCharactersMax + 1), 'BAD_USER_INPUT text'],
    ['send', 'empty', 'text', () => '', 'BAD_USER_INPUT text'],
    ['send', 'blank', 'text', () => ' \n\t\u2003', 'BAD_USER_INPUT text'],
    ['send', 'invisible', 'text', () => '\u200b\u2060\u200d\ufeff\u3164 \u2800', 'BAD_USER_INPUT text'],
    ['send', 'joined to one emoji', 'text', () => '\u{1f469}\u200d\u{1f467}', OK],
    ['send', 'turned around', 'text', () => '\u202eolleh\u202c', OK],
    ['send', 'half a character', 'text', () => ASTRAL.slice(0, 1), 'BAD_USER_INPUT text'],
    ['send', 'as long as may be', 'nonce', () => unique(nonceCharactersMax), OK],
    ['send', 'one longer', 'nonce', () => unique(nonceCharactersMax + 1), 'BAD_USER_INPUT nonce'],
    ['send', 'as long, in astral characters', 'nonce', () => ASTRAL.repeat(nonceCharactersMax), 'same'],
    ['send', 'empty', 'nonce', () => '', 'BAD_USER_INPUT nonce'],
    // Half a character became U+FFFD, whichever half it was, so that the second such nonce was told CONFLICT.
    ['send', 'not well-formed', 'nonce', () => 'a\ud800', 'BAD_USER_INPUT nonce'],
    ['edit', 'as long as may be', 'text', () => 'y'.repeat(textCharactersMax), OK],
    ['edit', 'one longer', 'text', () => 'y'.repeat(textCharactersMax + 1), 'BAD_USER_INPUT text'],
    ['edit', 'blank', 'text', () => ' ', 'BAD_USER_INPUT text'],
    ['edit', 'invisible', 'text', () => '\u200b', 'BAD_USER_INPUT text'],
    ['group', 'as long as may be', 'name', () => ASTRAL.repeat(nameCharactersMax), OK],
    ['group', 'one longer', 'name', () => 'x'.repeat(nameCharactersMax + 1), 'BAD_USER_INPUT name'],
    ['group', 'blank', 'name', () => ' ', 'BAD_USER_INPUT name'],
    ['group', 'invisible', 'name', () => '\u2060\ufe0f', 'BAD_USER_INPUT name'],
    ['group', 'turned around', 'name', () => 'Tea \u202eadmin', 'BAD_USER_INPUT name'],
    ['group', 'written from the right', 'name', () => '\u200fתה', OK],
    ['group', 'as long as may be', 'nonce', () => unique(nonceCharactersMax), OK],
    ['group', 'one longer', 'nonce', () => unique(nonceCharactersMax + 1), 'BAD_USER_INPUT nonce'],
    ['group', 'empty', 'nonce', () => '', 'BAD_USER_INPUT nonce'],
    ['signUp', 'as long as may be', 'name', () => 'x'.repeat(nameCharactersMax), OK],
    ['signUp', 'one longer', 'name', () => 'x'.repeat(nameCharactersMax + 1), 'BAD_USER_INPUT name'],
    ['signUp', 'invisible', 'name', () => '\u200b\u200d', 'BAD_USER_INPUT name'],
    ['signUp', 'turned around', 'name', () => '\u2067Ada', 'BAD_USER_INPUT name'],
    ['signUp', 'as short as may be', 'password', () => '12345678', OK],
    ['signUp', 'one shorter', 'password', () => '1234567', 'BAD_USER_INPUT password'],
    ['signUp', 'one shorter, in astral characters', 'password', () => ASTRAL.repeat(7), 'BAD_USER_INPUT password'],
    ['signUp', 'as long as may be', 'password', () => ASTRAL.repeat(passwordCharactersMax), OK],
    ['signUp', 'one longer', 'password', () => 'x'.repeat(passwordCharactersMax + 1), 'BAD_USER_INPUT password'],
    ['signUp', 'as short as may be', 'handle', () => `${(handles++ % 10) + 90}z`, OK],
    ['signUp', 'one shorter', 'handle', () => 'ab', 'BAD_USER_INPUT handle'],
    ['signUp', 'as long as may be', 'handle', () => unique(32), OK],
    ['signUp', 'one longer', 'handle', () => unique(33), 'BAD_USER_INPUT handle'],
    ['signUp', 'of other letters', 'handle', () => 'ädämm', 'BAD_USER_INPUT handle'],
    ['signUp', 'of letters that only look lower-case', 'handle', () => 'K\u212Aelvin', 'BAD_USER_INPUT handle'],
    ['signUp', 'one longer', 'region', () => 'x'.repeat(65), 'BAD_USER_INPUT region'],
  ])('%s, %s %s', async (mutation, _, field, value, expected) => {
    const variables = () => ({ input: { ...inputs[mutation](), [field]: value() } });
    expect(await outcomes(MUTATIONS[mutation], variables)).toBe(expected === 'same' ? OK : expected);
  });
});

describe('what people ask for is bounded', () => {
  const pageOf = (argument: string, field: string, type = 'Int') =>
    `query ($value: ${type}) { viewer { channels { edges { node { ${field}(${argument}: $value) { edges { cursor } } } } } } }`;
  const { pageMax, updatesMax, updatesWaitSecondsMax, presenceUsersMax, channelsPerUserMax } = LIMITS;
  const updatesOf = (argument: string) =>
    `query ($value: Int!, $channelId: ID!) { updates(after: [{ channelId: $channelId, sequence: 0 }], ${argument}: $value) { more } }`;

  it.each<[string, string, number, string]>([
    ['first of messages', pageOf('first', 'messages'), 1, OK],
    ['first of messages', pageOf('first', 'messages'), pageMax, OK],
    ['first of messages', pageOf('first', 'messages'), 0, 'BAD_USER_INPUT first'],
    ['first of messages', pageOf('first', 'messages'), pageMax + 1, 'BAD_USER_INPUT first'],
    ['last of messages', pageOf('last', 'messages'), pageMax, OK],
    ['last of messages', pageOf('last', 'messages'), 0, 'BAD_USER_INPUT last'],
    ['last of messages', pageOf('last', 'messages'), pageMax + 1, 'BAD_USER_INPUT last'],
    ['first of members', pageOf('first', 'members'), pageMax, OK],
    ['first of members', pageOf('first', 'members'), 0, 'BAD_USER_INPUT first'],
    ['first of members', pageOf('first', 'members'), pageMax + 1, 'BAD_USER_INPUT first'],
    ['first of updates', updatesOf('first'), updatesMax, OK],
    ['first of updates', updatesOf('first'), 0, 'BAD_USER_INPUT first'],
    ['first of updates', updatesOf('first'), updatesMax + 1, 'BAD_USER_INPUT first'],
    ['wait of updates', updatesOf('wait'), updatesWaitSecondsMax, OK],
    ['wait of updates', updatesOf('wait'), -1, 'BAD_USER_INPUT wait'],
    ['wait of updates', updatesOf('wait'), updatesWaitSecondsMax + 1, 'BAD_USER_INPUT wait'],
  ])('%s (%#)', async (_, query, value, expected) => {
    expect(await outcomes(query, () => ({ value, channelId }))).toBe(expected);
  });

  it('of positions', async () => {
    const query = 'query ($after: [ChannelPosition!]!) { updates(after: $after) { more } }';
    const positions = (count: number) => () => ({
      after: Array.from({ length: count }, (_, index) => ({
        ...{ sequence: 0, channelId: `chn_${String(index).padStart(22, '0')}` },
      })),
    });
    expect(await outcomes(query, positions(channelsPerUserMax))).toBe(OK);
    expect(await outcomes(query, positions(channelsPerUserMax + 1))).toBe('BAD_USER_INPUT after');
  });

  it('of users in one presence', async () => {
    const query = 'subscription ($userIds: [ID!]!) { presence(userIds: $userIds) { at } }';
    const subscribe = async (id: string, count: number) => {
      const userIds = Array.from({ length: count }, (_, index) => (index === 0 ? ada.id : `usr_${index}`));
      socket.subscribe(id, query, { userIds });
      return outcome((await socket.frame('next', id)).payload as Result);
    };
    expect(await subscribe('a hundred', presenceUsersMax)).toBe(OK);
    expect(await subscribe('one more', presenceUsersMax + 1)).toBe('BAD_USER_INPUT userIds');
    socket.send({ type: 'complete', id: 'a hundred' });
  });
});

describe('a document is bounded over both transports', () => {
  const { documentBreadthMax, documentTokensMax } = LIMITS;
  const aliases = (count: number) => Array.from({ length: count }, (_, index) => `a${index}: id`).join(' ');
  const messages = (last: number) =>
    `{ viewer { channels(first: 100) { edges { node { messages(last: ${last}) { edges { node { id text } } } } } } } }`;
  const bomb = (levels: number) => {
    const inner = (level: number) => (level === levels - 1 ? 'id' : `...F${level + 1}`);
    const fragments = Array.from(
      { length: levels },
      (_, level) => `fragment F${level} on Message { a: replyTo { ${inner(level)} } b: replyTo { ${inner(level)} } }`,
    );
    return `{ node(id: "x") { ...F0 } } ${fragments.join(' ')}`;
  };
  const deep = (replies: number) =>
    `{ viewer { channels { edges { node { messages { edges { node { ${'replyTo { '.repeat(replies)} id ${'} '.repeat(replies)} } } } } } } } }`;

  it.each<[string, string, string]>([
    ['as broad as may be', `{ viewer { ${aliases(documentBreadthMax)} } }`, OK],
    ['broader', `{ viewer { ${aliases(documentBreadthMax + 1)} } }`, 'TOO_COSTLY'],
    ['12 deep', deep(4), OK],
    ['13 deep', deep(5), 'TOO_COSTLY'],
    ['not too costly', messages(48), OK],
    ['too costly', messages(50), 'TOO_COSTLY'],
    ['too long', `{ viewer { ${'id '.repeat(documentTokensMax)} } }`, 'TOO_COSTLY'],
    ['no document', '{ viewer {', 'BAD_USER_INPUT'],
    // Over HTTP it had a code that is not of the closed list.
    ['not valid', '{ viewer { nothing } }', 'BAD_USER_INPUT'],
  ])('%s', async (_, query, expected) => {
    expect(await outcomes(query, () => ({}))).toBe(expected);
  });

  it.each([
    ['a fragment bomb', bomb(40)],
    ['overlapping fields', `{ ${'viewer { id } '.repeat(480)} }`],
  ])('%s is refused in no time', async (_, query) => {
    const startedAt = performance.now();
    expect(await outcomes(query, () => ({}))).toBe('TOO_COSTLY');
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('a variable that does not fit is named, and not given back', async () => {
    const secret = 'do not repeat me';
    const cases: readonly [keyof typeof MUTATIONS, Record<string, unknown>, string][] = [
      ['send', { ...inputs.send(), text: { secret } }, 'BAD_USER_INPUT text'],
      ['send', { channelId, text: secret }, 'BAD_USER_INPUT nonce'],
      ['send', { ...inputs.send(), extra: secret }, 'BAD_USER_INPUT extra'],
      ['group', { ...inputs.group(), memberIds: [ada.id, { secret }] }, 'BAD_USER_INPUT memberIds'],
      ['group', { ...inputs.group(), delivery: 'PIGEON' }, 'BAD_USER_INPUT delivery'],
      ['signUp', { ...inputs.signUp(), password: [secret, secret] }, 'BAD_USER_INPUT password'],
    ];
    for (const [mutation, input, expected] of cases) {
      expect(await outcomes(MUTATIONS[mutation], () => ({ input }))).toBe(expected);
      const { errors } = await ask(node.url, ada.token, MUTATIONS[mutation], { input });
      expect(JSON.stringify(errors)).not.toContain(secret);
    }
    const query = 'query ($wait: Int = 0) { updates(after: [], wait: $wait) { more } }';
    expect(await outcomes(query, () => ({ wait: null }))).toBe('BAD_USER_INPUT wait');
  });
});

describe('the channels of a user', () => {
  it('are at most 1,000', { timeout: 60_000 }, async () => {
    const [busy, friend] = (await signUpAll(node.url, ['busy', 'friend'])) as [Person, Person];
    const make = (by: Person, memberIds: readonly string[] = []) =>
      ask(node.url, by.token, MUTATIONS.group, { input: { name: 'Tea', memberIds } });
    // The last of them were refused now and then: a join that was being stored counted twice.
    for (let made = 0; made < LIMITS.channelsPerUserMax; made += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => make(busy)));
      expect(answers.filter(({ errors }) => errors !== undefined)).toEqual([]);
    }
    const refused = { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] };
    expect(await make(busy)).toMatchObject(refused);
    expect(await make(friend, [busy.id])).toMatchObject(refused);
    const open = 'mutation ($id: ID!) { openDirectChannel(input: { userId: $id }) { channel { id } } }';
    expect(await ask(node.url, friend.token, open, { id: busy.id })).toMatchObject(refused);
    const add = 'mutation ($input: AddMembersInput!) { addMembers(input: $input) { channel { id } } }';
    const { data } = await ask<{ createGroup: { channel: { id: string } } }>(node.url, friend.token, MUTATIONS.group, {
      input: inputs.group(),
    });
    const input = { channelId: data?.createGroup.channel.id, userIds: [busy.id] };
    expect(await ask(node.url, friend.token, add, { input })).toMatchObject(refused);
  });
});
