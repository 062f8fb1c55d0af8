import {
  buildSchema,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** A thing of the world; what its fields give follows from its seed, so that two executions find the same. */
export interface Thing {
  readonly typeName: string;
  readonly seed: number;
  readonly number: number | null;
}

/** Of a hundred. */
const FAULTS = 4;
const NULLS = 4;

const SCHEMA = `
  type Query { thing: Thing, thingNeeded: Thing! }
  type Mutation { first: Thing, second: Thing, third: Thing! }
  interface Any { number: Int }
  type Thing implements Any {
    number: Int
    numberNeeded: Int!
    text(times: Int = 1): String
    numbers: [Int]
    numbersNeeded: [Int!]!
    thing: Thing
    thingNeeded: Thing!
    things: [Thing]
    thingsNeeded: [Thing!]!
    rows: [[Thing]]
    any: Any
    manyNeeded: [Any!]
  }
  type Other implements Any { number: Int, other: Thing }
`;

interface WorldOptions {
  /** Of what is given, how much has to be waited for. */
  readonly latePercent: number;
  /** Says of what it rejects that nobody has to look at it. */
  readonly isQuiet?: boolean;
}

/**
 * Everything that a resolver can do: give at once or later, give null or what it must not, throw, reject, give an error; lists of all that,
 * and types that do not exist.
 */
export function anyWorld(options: WorldOptions): GraphQLSchema {
  const world = new World(options);
  const schema = buildSchema(SCHEMA);
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isAbstractType(type)) type.resolveType = ({ typeName }: Thing) => typeName;
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      // Left to be a property of its source.
      if (field.name === 'number') continue;
      field.resolve = ({ seed }: Thing, args) =>
        world.give(field.type, mixed(seed, `${field.name}${args['times'] ?? ''}`));
    }
  }
  return schema;
}

export const thingOf = (seed: number, typeName = 'Thing'): Thing => ({
  ...{ typeName, seed },
  number: seed % 10 === 0 ? null : seed % 10,
});

class World {
  readonly #options: WorldOptions;

  constructor(options: WorldOptions) {
    this.#options = options;
  }

  give(type: unknown, seed: number): unknown {
    const chance = seed % 100;
    const isLate = (seed >>> 8) % 100 < this.#options.latePercent;
    if (chance < FAULTS) return this.#fail(seed, isLate);
    const value = chance < FAULTS + NULLS ? null : this.#make(type, mixed(seed, 'value'));
    return isLate ? Promise.resolve(value) : value;
  }

  #fail(seed: number, isLate: boolean): unknown {
    const error = new Error(`fault ${seed}`);
    if (!isLate && seed % 2 === 0) return error;
    if (!isLate) throw error;
    const failing = Promise.reject(error);
    if (this.#options.isQuiet) failing.catch(() => {});
    return failing;
  }

  #make(type: unknown, seed: number): unknown {
    if (isNonNullType(type)) return this.#make(type.ofType, seed);
    if (isListType(type)) {
      if (seed % 50 === 0) return 'no list';
      return Array.from({ length: seed % 4 }, (_, index) => this.#item(type.ofType, mixed(seed, String(index))));
    }
    const { name } = getNamedType(type as GraphQLOutputType);
    if (name === 'Int') return seed % 1_000;
    if (name === 'String') return `text ${seed % 10}`;
    if (name === 'Thing') return thingOf(seed);
    return thingOf(seed, seed % 20 === 0 ? 'Nothing' : seed % 2 === 0 ? 'Thing' : 'Other');
  }

  #item(type: unknown, seed: number): unknown {
    // Nobody looks into a list of a list that is given up before.
    if (isListType(type)) return this.#make(type, seed);
    try {
      return this.give(type, seed);
    } catch (error) {
      // A list can't throw where an item should be.
      return error;
    }
  }
}

/** FNV-1a, so that every name and number has a say. */
function mixed(seed: number, name: string): number {
  let hash = seed ^ 0x811c9dc5;
  for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
