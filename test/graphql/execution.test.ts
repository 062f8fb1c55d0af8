import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  parse,
  validate,
  validateExecutionArgs,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { Executor } from '../../src/graphql/execution/executor.ts';
import { anyWorld, thingOf } from './any-world.ts';
import { selectionsOn } from './generated-selections.ts';

const atOnce = anyWorld({ latePercent: 0 });
const late = anyWorld({ latePercent: 30 });
/** graphql-js leaves some rejections that it has no more use for unhandled. */
const lateAndQuiet = anyWorld({ latePercent: 30, isQuiet: true });
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const VARIABLES = { yes: true, no: false };
const DECLARED = '($yes: Boolean!, $no: Boolean!)';
/** A use of both, where a generated selection has none. */
const USED = '__typename @include(if: $yes) @skip(if: $no)';

interface Asked {
  readonly schema: GraphQLSchema;
  readonly source: string;
  readonly seed: number;
  readonly variableValues?: Readonly<Record<string, unknown>>;
}

function argsOf({ schema, source, seed, variableValues = VARIABLES }: Asked) {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  return { schema, document, rootValue: thingOf(seed), variableValues };
}

async function planned(asked: Asked, executor = new Executor(LIMITS)): Promise<ExecutionResult> {
  const args = validateExecutionArgs(argsOf(asked));
  if (!('schema' in args)) throw new Error(args.join());
  return executor.executeRootSelectionSet(args);
}

/**
 * Where an error made something null. Of many that would make the same null the first to come counts, and which that is when they are waited
 * for, the specification leaves open.
 */
function nulledIn({ data, errors = [] }: ExecutionResult): readonly string[] {
  const places = errors.map(({ path = [] }) => {
    let value: unknown = data;
    const isNull = path.findIndex((key) => {
      if (value === null) return true;
      value = (value as Readonly<Record<string, unknown>>)[key];
      return false;
    });
    return JSON.stringify(isNull < 0 ? path : path.slice(0, isNull));
  });
  return [...new Set(places)].sort();
}

describe('a planned execution', () => {
  const operations = [
    ['query', 'Query'],
    ['mutation', 'Mutation'],
  ] as const;

  it.each(operations)(
    'answers as graphql-js does, whatever resolvers do: %s',
    async (operation, type) => {
      const property = fc.asyncProperty(selectionsOn(atOnce, type), seeds, async (selection, seed) => {
        const asked = {
          schema: atOnce,
          source: `${operation} ${DECLARED} ${selection.replace('{', `{ ${USED}`)}`,
          seed,
        };
        expect(JSON.stringify(await planned(asked))).toBe(JSON.stringify(await execute(argsOf(asked))));
      });
      await fc.assert(property, { numRuns: 2_000 });
    },
    120_000,
  );

  it.each(operations)(
    'and whatever they wait for: %s',
    async (operation, type) => {
      const property = fc.asyncProperty(selectionsOn(late, type), seeds, async (selection, seed) => {
        const asked = { schema: late, source: `${operation} ${DECLARED} ${selection.replace('{', `{ ${USED}`)}`, seed };
        const [own, other] = await Promise.all([planned(asked), execute(argsOf({ ...asked, schema: lateAndQuiet }))]);
        expect(JSON.stringify(own.data)).toBe(JSON.stringify(other.data));
        expect(nulledIn(own)).toEqual(nulledIn(other));
      });
      await fc.assert(property, { numRuns: 2_000 });
    },
    120_000,
  );

  it('includes what the variables of each run say, also in the document’s own arguments', async () => {
    const executor = new Executor(LIMITS);
    const document = parse(`query ($yes: Boolean!, $no: Boolean = true, $times: Int) {
      thing { numberNeeded @include(if: $yes) ... on Any @skip(if: $no) { number } text(times: $times) two: text(times: 2) }
    }`);
    const given = [
      { yes: true },
      { yes: false, no: false, times: 3 },
      { yes: true, no: false },
      { yes: true, times: 4 },
    ];
    for (const variableValues of [...given, ...given]) {
      const args = { schema: atOnce, document, rootValue: thingOf(7), variableValues };
      const valid = validateExecutionArgs(args);
      if (!('schema' in valid)) throw new Error(valid.join());
      const own = await executor.executeRootSelectionSet(valid);
      expect(JSON.stringify(own)).toBe(JSON.stringify(await execute(args)));
    }
  });

  it.each([
    '{ __schema { queryType { name } } thing { number } }',
    '{ __type(name: "Thing") { kind } }',
    '{ thing { constructor: number then: text toJSON: numbers hasOwnProperty: __typename } }',
    '{ thing { __proto__: number constructor: text toString: numbers } }',
    '{ ...On thing { ...On2 } } fragment On on Query { thing { ...On2 text } } fragment On2 on Thing { number any { __typename } }',
  ])('answers %s', async (source) => {
    const asked = { schema: atOnce, source, seed: 3 };
    expect(JSON.stringify(await planned(asked))).toBe(JSON.stringify(await execute(argsOf(asked))));
  });

  it('keeps the plans that it may, and forgets them beyond', async () => {
    const schema = anyWorld({ latePercent: 0 });
    let looked = 0;
    const getField = schema.getField.bind(schema);
    schema.getField = (...args) => {
      looked += 1;
      return getField(...args);
    };
    const executor = new Executor({ fieldsPlannedMax: 100 });
    const looksOf = async (source: string): Promise<number> => {
      const document = documents.get(source) ?? parse(source);
      documents.set(source, document);
      const args = { schema, document, rootValue: thingOf(5) };
      const valid = validateExecutionArgs(args);
      if (!('schema' in valid)) throw new Error(valid.join());
      const before = looked;
      const own = await executor.executeRootSelectionSet(valid);
      const looks = looked - before;
      expect(JSON.stringify(own)).toBe(JSON.stringify(await execute(args)));
      return looks;
    };
    const documents = new Map<string, DocumentNode>();
    const first = '{ thing { number text } }';
    expect(await looksOf(first)).toBe(3);
    expect(await looksOf(first)).toBe(0);
    // Operations of one field weigh as well: counted as fields alone, so many would have had room.
    for (let other = 0; other < 30; other += 1) await looksOf(`{ a${other}: __typename }`);
    expect(await looksOf(first)).toBe(3);
    expect(await looksOf(first)).toBe(0);
  });

  it('runs the fields of a mutation one after the other, also past one that fails', async () => {
    const schema = anyWorld({ latePercent: 0 });
    const running: string[] = [];
    for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      field.resolve = async () => {
        running.push(`${field.name} begins`);
        await turn();
        running.push(`${field.name} ends`);
        if (field.name === 'first') throw new Error('failed');
        return thingOf(1);
      };
    }
    const { data, errors } = await planned({
      schema,
      source: 'mutation { third { number } first { number } second { number } }',
      seed: 1,
    });
    expect(data).toEqual({ third: { number: 1 }, first: null, second: { number: 1 } });
    expect(errors?.map(({ path }) => path)).toEqual([['first']]);
    expect(running).toEqual(['third', 'first', 'second'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('says so to a resolver that asks for info', async () => {
    const schema = anyWorld({ latePercent: 0 });
    const field = schema.getQueryType()?.getFields()['thing'];
    if (field === undefined) throw new Error('No field');
    field.resolve = (_source, _args, _context, info) => info.path;
    const { errors } = await planned({ schema, source: '{ thing { number } }', seed: 1 });
    expect(errors?.map(({ message }) => message)).toEqual([
      expect.stringContaining('Resolvers are given no info: path'),
    ]);
  });
});
