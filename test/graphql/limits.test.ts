import { readdirSync, readFileSync } from 'node:fs';
import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import type { Context } from '../../src/graphql/context.ts';
import { createEngine } from '../../src/graphql/engine.ts';
import type { Loaders } from '../../src/graphql/loaders.ts';
import type { Services } from '../../src/services/services.ts';

const { documentDepthMax, documentBreadthMax, documentTokensMax, documentCostMax } = LIMITS;
const engine = createEngine({ limits: LIMITS, logger: { error: () => {} } });

/** Nobody: what a limit lets through ends with UNAUTHENTICATED. */
const nobody = {
  viewer: null,
  connection: { requestId: 'request-1' },
  // Rates are not of interest here.
  services: { accounts: { countRead: () => {} } } as unknown as Services,
  loaders: {
    restart: () => {},
    get viewer() {
      throw Object.assign(new Error(), { reached: true });
    },
  } as unknown as Loaders,
} as Context;

/** The code with which the engine ends an operation before any resolver; `reached` where one was. */
async function outcome(source: string, variableValues: Record<string, unknown> = {}): Promise<string> {
  const { schema } = engine;
  try {
    const document = engine.parse(source);
    const [error] = engine.validate(schema, document);
    if (error !== undefined) return String(engine.maskError(error, 'request-1').extensions['code']);
    const run = source.startsWith('subscription') ? engine.subscribe : engine.execute;
    const result = await run({ schema, document, variableValues, contextValue: nobody });
    if (!('errors' in result)) return 'reached';
    const code = result.errors?.[0]?.extensions['code'];
    return code === 'INTERNAL_SERVER_ERROR' ? 'reached' : String(code);
  } catch (error) {
    return String(engine.maskError(error, 'request-1').extensions['code']);
  }
}

const nested = (depth: number): string => {
  const replies = depth - 3;
  return `{ viewer { channels { edges { node { messages { edges { node { ${'replyTo { '.repeat(replies - 5)} id ${'} '.repeat(replies - 5)} } } } } } } } }`;
};
const aliases = (count: number): string => Array.from({ length: count }, (_, index) => `a${index}: id`).join(' ');

describe('the limits of a document', () => {
  it('takes as many tokens as may be, and not one more', async () => {
    const tokens = (count: number) => `{ viewer { ${'"" '.repeat(0)}${'id '.repeat(count - 6)} } }`;
    // What parses is too broad then; the parser counts first.
    expect(() => engine.parse(tokens(documentTokensMax + 1))).not.toThrow();
    expect(() => engine.parse(tokens(documentTokensMax + 2))).toThrow(/tokens/);
    expect(await outcome(tokens(documentTokensMax + 2))).toBe('TOO_COSTLY');
  });

  it('takes fields as deep as may be, and not one deeper', async () => {
    const depthOf = (source: string) => Math.max(...depths(source));
    const source = nested(documentDepthMax);
    expect(depthOf(source)).toBe(documentDepthMax);
    expect(await outcome(source)).toBe('reached');
    expect(await outcome(nested(documentDepthMax + 1))).toBe('TOO_COSTLY');
  });

  it('counts the depth through fragments', async () => {
    const inner = nested(documentDepthMax)
      .replace('{ viewer {', '')
      .replace(/}\s*}$/, '');
    const spread = (extra: string) => `{ viewer { ...F } } fragment F on User { ${inner.replace(' id ', extra)} }`;
    expect(await outcome(spread(' id '))).toBe('reached');
    expect(await outcome(spread(' channel { id } '))).toBe('TOO_COSTLY');
  });

  it('takes as many fields in one selection as may be, and not one more', async () => {
    expect(await outcome(`{ viewer { ${aliases(documentBreadthMax)} } }`)).toBe('reached');
    expect(await outcome(`{ viewer { ${aliases(documentBreadthMax + 1)} } }`)).toBe('TOO_COSTLY');
  });

  it.each([
    ['at the root', `{ ${Array.from({ length: 65 }, (_, i) => `a${i}: viewer { id }`).join(' ')} }`],
    [
      'in fragments',
      `{ viewer { ...A ...B } } fragment A on User { ${aliases(40)} } fragment B on User { ${aliases(65).slice(aliases(40).length)} }`,
    ],
    [
      'in inline fragments',
      `{ viewer { ... { ${aliases(40)} } ... on User { ${aliases(65).slice(aliases(40).length)} } } }`,
    ],
    ['in fields that are answered as one', `{ ${'viewer { id } '.repeat(33)} ${'viewer { handle } '.repeat(33)} }`],
    ['in a fragment that nobody spreads', `{ __typename } fragment A on User { ${aliases(65)} }`],
  ])('counts fields %s', async (_, source) => {
    expect(await outcome(source)).toBe('TOO_COSTLY');
  });

  it('takes a cost as high as may be, and no higher', async () => {
    // viewer, channels, and for each of 100 channels: edges, node, messages, and for each of 50 messages: edges, node.
    const base = (extra: string) =>
      `{ viewer { channels(first: 100) { edges { node { messages(last: 50) { edges { node { ${extra} } } } } } } } }`;
    const cost = (fields: number) => 2 + 100 * 3 + 100 * 50 * (2 + fields);
    expect(cost(1)).toBeLessThanOrEqual(documentCostMax);
    expect(cost(2)).toBeGreaterThan(documentCostMax);
    expect(await outcome(base('id'))).toBe('reached');
    expect(await outcome(base('id text'))).toBe('TOO_COSTLY');
    expect(await outcome(base('id ...{ text }'))).toBe('TOO_COSTLY');
    expect(await outcome(base('id __typename'))).toBe('TOO_COSTLY');
  });

  const sized =
    'viewer { channels(first: $n) { edges { node { messages(last: $n) { edges { node { id text } } } } } } }';
  it('takes variables for what they are, also where they differ from one time to the next', async () => {
    const source = `query ($n: Int) { ${sized} }`;
    expect(await outcome(source, { n: 10 })).toBe('reached');
    expect(await outcome(source, { n: 100 })).toBe('TOO_COSTLY');
    expect(await outcome(source, { n: 10 })).toBe('reached');
    // A size out of bounds is for its field to refuse, and costs no more than the largest.
    expect(await outcome(source, { n: 2_000_000_000 })).toBe('TOO_COSTLY');
    expect(await outcome(source, { n: -5 })).toBe('reached');
  });

  // A variable's default was taken for no size at all, so that the page was costed at 50 and answered with 100.
  it("takes a variable's default for a size", async () => {
    const source = (size: number) =>
      `query ($n: Int = ${size}) { viewer { channels(first: $n) { edges { node { messages(last: 90) { edges { node { id } } } } } } } }`;
    expect(await outcome(source(10))).toBe('reached');
    expect(await outcome(source(100))).toBe('TOO_COSTLY');
    expect(await outcome(source(100), { n: 10 })).toBe('reached');
    expect(await outcome(source(100))).toBe('TOO_COSTLY');
  });

  // Objects have a toString of their own, which was taken for a value that was given and is no number: 50 counted, 100 answered.
  it("takes a variable's default for a size, whatever its name", async () => {
    const source = (size: number) =>
      `query ($toString: Int = ${size}) { viewer { channels(first: $toString) { edges { node { messages(last: 90) { edges { node { id } } } } } } } }`;
    expect(await outcome(source(10))).toBe('reached');
    expect(await outcome(source(100))).toBe('TOO_COSTLY');
  });

  it('costs a connection without a size at its default', async () => {
    expect(
      await outcome(`{ viewer { channels { edges { node { messages { edges { node { id text } } } } } } } }`),
    ).toBe('reached');
    expect(
      await outcome(
        `{ viewer { channels { edges { node { messages { edges { node { id text sequence createdAt editedAt deletedAt } } } } } } } }`,
      ),
    ).toBe('TOO_COSTLY');
  });

  it('costs what happens to different types once', async () => {
    const fields = 'message { id text sender { id handle name } }';
    const events = `... on MessageSent { ${fields} } ... on MessageEdited { ${fields} } ... on MessageDeleted { ${fields} }`;
    expect(await outcome(`{ updates(after: [], first: 500) { events { ${events} sequence at } } }`)).toBe('reached');
  });

  it('costs a subscription before it starts', async () => {
    const source = (count: number) =>
      `subscription { inbox { channel { members(first: 100) { edges { node { user { channels(first: ${count}) { edges { node { id } } } } } } } } } }`;
    expect(await outcome(source(10))).toBe('reached');
    expect(await outcome(source(100))).toBe('TOO_COSTLY');
  });

  it('refuses fragments that double at each level in no time', async () => {
    const doubling = (levels: number) => {
      const fragments = Array.from(
        { length: levels },
        (_, level) =>
          `fragment F${level} on Message { a: replyTo { ${level === levels - 1 ? 'id' : `...F${level + 1}`} } b: replyTo { ${level === levels - 1 ? 'id' : `...F${level + 1}`} } }`,
      );
      return `{ node(id: "x") { ...F0 } } ${fragments.join(' ')}`;
    };
    const start = performance.now();
    expect(await outcome(doubling(40))).toBe('TOO_COSTLY');
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('leaves fragments that go round to validation', async () => {
    expect(await outcome('{ viewer { ...A } } fragment A on User { id ...B } fragment B on User { ...A }')).toBe(
      'BAD_USER_INPUT',
    );
  });

  // 480 times the same field was compared with each other before it was refused: 225 ms of the event loop.
  it('refuses what is slow to validate before it is', async () => {
    const start = performance.now();
    expect(await outcome(`{ ${'viewer { id } '.repeat(480)} }`)).toBe('TOO_COSTLY');
    expect(performance.now() - start).toBeLessThan(100);
  });
});

describe('introspection', () => {
  it('is for everybody, as tools ask it', async () => {
    for (const query of [
      getIntrospectionQuery(),
      getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, oneOf: true }),
    ]) {
      const document = engine.parse(query);
      expect(engine.validate(engine.schema, document)).toEqual([]);
      const { data, errors } = await engine.execute({ schema: engine.schema, document, contextValue: nobody });
      expect(errors).toBeUndefined();
      expect(data).toHaveProperty('__schema');
    }
  });

  // 439 tokens gave 14 MB: it costs nothing, so that aliases multiplied at each level.
  it.each([
    ['the schema', '{ a: __schema { description } b: __schema { description } }'],
    ['its types', '{ __schema { a: types { name } b: types { name } } }'],
    [
      'fields, by a fragment',
      '{ __schema { types { ...A ...B } } } fragment A on __Type { a: fields { name } } fragment B on __Type { b: fields { name } }',
    ],
  ])('does not give %s twice', async (_, source) => {
    expect(await outcome(source)).toBe('TOO_COSTLY');
  });

  it('gives several types by name', async () => {
    expect(await outcome('{ a: __type(name: "User") { name } b: __type(name: "Channel") { name } }')).not.toBe(
      'TOO_COSTLY',
    );
  });

  it('ends where it goes round', async () => {
    expect(await outcome('{ __schema { types { ...A } } } fragment A on __Type { ofType { ...A } }')).toBe(
      'TOO_COSTLY',
    );
    expect(await outcome('{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }')).toBe(
      'BAD_USER_INPUT',
    );
  });
});

describe('the document cache', () => {
  it('gives back a document that was valid, and keeps no other', () => {
    const valid = '{ viewer { id } }';
    const invalid = '{ viewer { nothing } }';
    for (const source of [valid, invalid]) engine.validate(engine.schema, engine.parse(source));
    expect(engine.parse(valid)).toBe(engine.parse(valid));
    expect(engine.parse(invalid)).not.toBe(engine.parse(invalid));
  });

  it('lets nothing run that was not validated', async () => {
    const { schema } = engine;
    const document = engine.parse('{ viewer { nothing } }');
    const result = await engine.execute({ schema, document, contextValue: nobody });
    expect(result.data).toBeUndefined();
    expect(result.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  });
});

const OPERATIONS = new URL('../../schema/operations/', import.meta.url);
const files = readdirSync(OPERATIONS).filter((name) => name.endsWith('.graphql'));

describe('the operations that we send ourselves', () => {
  it.each(files)('%s is valid and within the limits', async (file) => {
    const source = readFileSync(new URL(file, OPERATIONS), 'utf8');
    const document = engine.parse(source);
    expect(engine.validate(engine.schema, document)).toEqual([]);
    expect(source).toMatch(/^# \S/);
    expect(document.definitions.some((definition) => definition.kind === 'OperationDefinition')).toBe(true);
  });
});

/** How many braces are open at each point, less the operation's own. */
function* depths(source: string): Generator<number> {
  let open = 0;
  for (const character of source) {
    if (character === '{') open += 1;
    if (character === '}') open -= 1;
    yield open;
  }
}
