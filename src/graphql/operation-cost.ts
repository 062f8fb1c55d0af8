import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';
import type { PageSize } from './builder.ts';
import { collectSelected, fragmentsOf, type Selected, type Selection } from './selected.ts';
import { tooCostly } from './too-costly.ts';

type Variables = Readonly<Record<string, unknown>>;

export interface CostOptions {
  readonly schema: GraphQLSchema;
  /** Has been found valid. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  readonly costMax: number;
}

/**
 * Throws TOO_COSTLY for an operation that asks for too much: a field costs one, times the page sizes of the connections
 * around it. Introspection costs nothing. Returns the names of the variables that had a say: with the same values it costs the same.
 */
export function checkCost(options: CostOptions): readonly string[] {
  const { schema, operation } = options;
  const typeName = schema.getRootType(operation.operation)?.name ?? null;
  const cost = new Cost(options);
  cost.add([{ set: operation.selectionSet, typeName }], 1);
  return [...cost.variableNames];
}

class Cost {
  readonly #options: CostOptions;
  readonly #fragments: ReturnType<typeof fragmentsOf>;
  readonly variableNames = new Set<string>();
  #spent = 0;
  #steps = 0;

  constructor(options: CostOptions) {
    this.#options = options;
    this.#fragments = fragmentsOf(options.document);
  }

  /** `times` is how often the selections are answered: the product of the page sizes around them. */
  add(selections: readonly Selection[], times: number): void {
    for (const [, fields] of collectSelected(selections, this.#fragments, () => this.#step())) {
      this.#spend(times);
      if (!fields.some(({ node }) => node.selectionSet !== undefined)) continue;
      if (fields[0]?.node.name.value.startsWith('__') === true) continue;
      const definitions = fields.map((field) => this.#definitionOf(field));
      const sizes = fields.map((field, index) => this.#pageSize(field, definitions[index]));
      const below = fields.flatMap(({ node: { selectionSet } }, index): Selection[] => {
        const definition = definitions[index];
        if (selectionSet === undefined || definition === undefined) return [];
        return [{ set: selectionSet, typeName: getNamedType(definition.type).name }];
      });
      this.add(below, times * Math.max(...sizes));
    }
  }

  #spend(cost: number): void {
    this.#spent += cost;
    const { costMax } = this.#options;
    if (this.#spent > costMax) throw tooCostly(`a cost over ${costMax}; ask for smaller pages`);
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > this.#options.costMax) throw tooCostly('too many fields in its fragments');
  }

  #definitionOf({ node, typeName }: Selected): GraphQLField<unknown, unknown> | undefined {
    return fieldOf(typeName === null ? undefined : this.#options.schema.getType(typeName), node.name.value);
  }

  #pageSize({ node }: Selected, definition: GraphQLField<unknown, unknown> | undefined): number {
    const page = definition?.extensions['pageSize'] as PageSize | undefined;
    if (page === undefined) return 1;
    for (const name of page.argumentNames) {
      const size = this.#numberOf(node.arguments?.find((argument) => argument.name.value === name)?.value);
      if (size !== null) return bounded(size, page);
    }
    return page.sizeDefault;
  }

  #numberOf(value: ValueNode | undefined): number | null {
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind !== Kind.VARIABLE) return null;
    const name = value.name.value;
    this.variableNames.add(name);
    const { variables } = this.#options;
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (given !== undefined) return typeof given === 'number' ? given : null;
    const definitions = this.#options.operation.variableDefinitions ?? [];
    const definition = definitions.find(({ variable }) => variable.name.value === name);
    return definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : null;
  }
}

/** A size out of bounds is refused by its field. */
const bounded = (size: number, { sizeMax }: PageSize): number => Math.min(Math.max(1, size), sizeMax);

const fieldOf = (type: GraphQLNamedType | undefined, name: string) =>
  isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
