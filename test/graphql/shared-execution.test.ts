import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import {
  type DocumentNode,
  executeSubscriptionEvent,
  getOperationAST,
  Kind,
  OperationTypeNode,
  parse,
  print,
  separateOperations,
  type ValidatedSubscriptionArgs,
  validateSubscriptionArgs,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import type { ChannelEvent } from '../../src/domain/event.ts';
import { type Context, createContext, createSharedContext } from '../../src/graphql/context.ts';
import { eventTypeName } from '../../src/graphql/event.ts';
import { EventExecutions } from '../../src/graphql/event-executions.ts';
import { Executor } from '../../src/graphql/execution/executor.ts';
import { ErrorMask } from '../../src/graphql/mask-error.ts';
import type { Payload } from '../../src/graphql/payload.ts';
import { ResponseStream } from '../../src/graphql/response-stream.ts';
import { schema } from '../../src/graphql/schema.ts';
import { sharingOf } from '../../src/graphql/shareable.ts';
import { selectionsOn } from './generated-selections.ts';
import { type Member, Parts } from './parts.ts';

const OPERATIONS = join(import.meta.dirname, '../../schema/operations');
const VARIABLES = { id: 'x', after: null, userIds: [], yes: true, no: false };
const CHANNEL = `subscription ($id: ID!) {
  channel(id: $id) { sequence ... on MessageSent { message { text sender { handle } replyTo { text } } } }
}`;

let parts: Parts;
let ada: Member;
let bob: Member;
let eve: Member;
let group: string;
/** One of each kind, of channels that Ada and Bob are in. */
let events: readonly ChannelEvent[];

beforeAll(async () => {
  parts = await Parts.start();
  [ada, bob, eve] = (await parts.signUpAll('ada', 'bob', 'eve')) as [Member, Member, Member];
  group = await parts.createGroup(ada, [bob]);
  const ephemeral = await parts.createGroup(ada, [bob], 'EPHEMERAL');
  const viewer = { ...bob.viewer, sessionId: 'ses_phone' as never };
  const stream = await parts.services.timeline.inbox(viewer, { after: [], overflow: () => {} });
  const change = (name: string, input: Record<string, unknown>, by = ada) =>
    parts.run(
      by,
      `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename } }`,
      { input },
    );
  await parts.createGroup(ada, [bob]);
  const { id: messageId } = await parts.send(ada, group, 'one');
  await parts.send(bob, group, 'an answer', { replyTo: messageId });
  await change('editMessage', { messageId, text: '1 "quoted" \u2028 \u{1f600}' });
  await change('addMembers', { channelId: group, userIds: [eve.id] });
  await change('leaveChannel', { channelId: group }, eve);
  await parts.run(ada, 'mutation ($id: ID!) { setTyping(input: { channelId: $id, typing: true }) }', { id: group });
  await change('markRead', { channelId: group, upTo: 5 }, bob);
  await parts.send(ada, ephemeral, 'now');
  await change('deleteMessage', { messageId });
  const taken: ChannelEvent[] = [];
  while (new Set(taken.map(({ kind }) => kind)).size < 9) taken.push((await stream.next()).value as ChannelEvent);
  await stream.return?.();
  events = taken;
});
afterAll(() => parts[Symbol.asyncDispose]());

/** The subscriptions of schema/operations, each with the fragments that it needs. */
async function operations(): Promise<readonly DocumentNode[]> {
  const names = await readdir(OPERATIONS, { recursive: true });
  const sources = await Promise.all(
    names
      .filter((name) => name.endsWith('.graphql'))
      .map(async (name) => [dirname(name), await readFile(join(OPERATIONS, name), 'utf8')]),
  );
  // Files of a folder below use one another's fragments.
  const [own, shared] = [sources.filter(([folder]) => folder === '.'), sources.filter(([folder]) => folder !== '.')];
  const documents = [...own.map(([, source]) => source), shared.map(([, source]) => source).join('\n')];
  return documents
    .flatMap((source = '') => Object.values(separateOperations(parse(source))))
    .filter((document) => rootOf(document) !== null)
    .sort((one, other) => print(one).localeCompare(print(other)));
}

function rootOf(document: DocumentNode): string | null {
  const operation = getOperationAST(document);
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return null;
  const [root] = operation.selectionSet.selections;
  return root?.kind === Kind.FIELD ? root.name.value : null;
}

const contextOf = (member: Member, requestId = 'request-1'): Context =>
  createContext(parts.services, member.viewer, {
    requestId,
    clientAddress: '127.0.0.1',
    baseUrl: 'http://localhost:4000',
    signal: new AbortController().signal,
    overflow: () => {},
  });

function argsOf(document: DocumentNode, contextValue: Context): ValidatedSubscriptionArgs {
  const invalid = parts.engine.validate(schema, document).map(({ message }) => message);
  if (invalid.length > 0) throw new Error(invalid.join('\n'));
  const args = validateSubscriptionArgs({ schema, document, variableValues: VARIABLES, contextValue });
  if (!('schema' in args)) throw new Error(args.map(({ message }) => message).join('\n'));
  return args;
}

const errors = new ErrorMask({ error: () => {} });

/** As the engine would answer the event to this member if no field were shareable. */
async function ownJson(document: DocumentNode, member: Member, event: ChannelEvent): Promise<string> {
  const contextValue = contextOf(member);
  const args = argsOf(document, contextValue);
  return JSON.stringify(errors.maskAll(await executeSubscriptionEvent({ ...args, rootValue: event }), 'request-1'));
}

/** What a `take` gives, sooner or later. */
async function taken(take: (wake: () => void) => Payload | null): Promise<Payload> {
  for (;;) {
    const waiting = Promise.withResolvers<void>();
    const payload = take(waiting.resolve);
    if (payload !== null) return payload;
    await waiting.promise;
  }
}

const nextOf = (stream: ResponseStream): Promise<Payload> => taken((wake) => stream.take(wake));

async function open(member: Member, source: string, variables: Record<string, unknown>): Promise<ResponseStream> {
  const stream = await parts.subscribe(member, source, variables);
  if (stream instanceof ResponseStream) return stream;
  throw new Error(JSON.stringify(stream));
}

function answering(executions: EventExecutions, document: DocumentNode, member: Member) {
  const context = contextOf(member);
  const answers = executions.of(argsOf(document, context), context);
  return (event: ChannelEvent): Promise<Payload> => {
    const pending = answers.answer(event);
    return taken((wake) => pending.take(wake));
  };
}

/** Ada's and Bob's payloads of one event are one, of the bytes that each would get alone; or each is the viewer's own. */
async function expectSame(document: DocumentNode): Promise<void> {
  const operation = getOperationAST(document);
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) throw new Error('No subscription');
  const { typeNames } = sharingOf(schema, document, operation);
  const executions = new EventExecutions({ errors, executor: new Executor(LIMITS), limits: LIMITS });
  const [toAda, toBob] = [answering(executions, document, ada), answering(executions, document, bob)];
  for (const event of events) {
    const [one, other] = await Promise.all([toAda(event), toBob(event)]);
    expect(one === other).toBe(typeNames.has(eventTypeName(event)));
    expect(one.json).toBe(await ownJson(document, ada, event));
    expect(other.json).toBe(await ownJson(document, bob, event));
    expect(other.bytes.toString()).toBe(other.json);
  }
}

describe('a shared execution', () => {
  it('gives the bytes that each viewer would get alone, for every operation that clients send', async () => {
    const subscriptions = (await operations()).filter((document) => rootOf(document) !== 'presence');
    expect(subscriptions.map(rootOf)).toEqual(['inbox', 'channel', 'inbox']);
    for (const document of subscriptions) await expectSame(document);
  });

  it('gives them for any selection', async () => {
    const selection = selectionsOn(schema, 'ChannelEvent');
    await fc.assert(
      fc.asyncProperty(selection, fc.constantFrom('channel(id: $id)', 'inbox'), async (fields, root) => {
        const variables = ['id: ID!', 'yes: Boolean!', 'no: Boolean!'].filter((one) =>
          `${root} ${fields}`.includes(`$${one.split(':')[0]}`),
        );
        const declared = variables.length === 0 ? '' : `(${variables.map((one) => `$${one}`).join(', ')})`;
        await expectSame(parts.engine.parse(`subscription ${declared} { ${root} ${fields} }`));
      }),
      { numRuns: 400 },
    );
  }, 120_000);

  it('runs once for all who ask the same, and apart for who asks something else', async () => {
    const id = await parts.createGroup(ada, [bob]);
    const same = await Promise.all([
      open(ada, CHANNEL, { id }),
      open(bob, CHANNEL, { id }),
      open(ada, CHANNEL, { id }),
    ]);
    const other = await open(bob, CHANNEL.replace('sequence', 'at'), { id });
    await parts.send(ada, id, 'once');
    const [first, ...rest] = await Promise.all(same.map(nextOf));
    expect(first?.result.data).toMatchObject({ channel: { sequence: 1, message: { text: 'once' } } });
    for (const payload of rest) expect(payload).toBe(first);
    expect((await nextOf(other)).result.data).toMatchObject({ channel: { at: expect.any(String) } });
    for (const stream of [...same, other]) await stream.return();
  });

  it('runs apart for other variables below the root field, and not for others of the root field', async () => {
    const id = await parts.createGroup(ada, [bob]);
    const source = `subscription ($id: ID!, $after: Int, $yes: Boolean!) {
      channel(id: $id, after: $after) { sequence ... on MessageSent @include(if: $yes) { message { sender { name } } } }
    }`;
    const asked = [{ after: null, yes: true }, { yes: true }, { after: 0, yes: true }, { yes: false }];
    const streams = await Promise.all(asked.map((variables) => open(bob, source, { id, ...variables })));
    await parts.send(ada, id, 'twice');
    const payloads = await Promise.all(streams.map(nextOf));
    expect(payloads.slice(1).map((payload) => payload === payloads[0])).toEqual([true, true, false]);
    expect(payloads.at(-1)?.result.data).toEqual({ channel: { sequence: 1 } });
    for (const stream of streams) await stream.return();
  });

  it('can not read the viewer or the connection', () => {
    const context = createSharedContext(parts.services);
    expect(() => context.viewer).toThrow('must not depend on its viewer');
    expect(() => context.connection).toThrow('must not depend on its viewer');
    expect(() => context.loaders.viewer).toThrow('must not depend on its viewer');
  });

  it('shows an edited message wherever it shows, to who resumes a moment after', async () => {
    const id = await parts.createGroup(ada, [bob]);
    const { id: messageId } = await parts.send(ada, id, 'before');
    await parts.send(bob, id, 'answer', { replyTo: messageId });
    const source = CHANNEL.replace('$id: ID!', '$id: ID!, $after: Int').replace('id: $id', 'id: $id, after: $after');
    const replied = async (): Promise<string> => {
      const { stream, take } = await parts.listen(bob, source, { id, after: 1 });
      const [first] = await take(1);
      await stream.return?.();
      return first?.data.channel.message.replyTo.text;
    };
    const { stream } = await parts.listen(ada, source, { id });
    expect(await replied()).toBe('before');
    await parts.run(
      ada,
      'mutation ($id: ID!) { editMessage(input: { messageId: $id, text: "after" }) { message { id } } }',
      {
        id: messageId,
      },
    );
    expect(await replied()).toBe('after');
    await parts.run(ada, 'mutation ($id: ID!) { deleteMessage(input: { messageId: $id }) { message { id } } }', {
      id: messageId,
    });
    expect(await replied()).toBe('');
    await stream.return?.();
  });
});
