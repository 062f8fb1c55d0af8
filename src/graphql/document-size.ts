import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Limits } from '../config/limits.ts';
import { ParleyError } from '../domain/error.ts';
import type { PageSize } from './builder.ts';

export type DocumentLimits = Pick<Limits, 'documentDepthMax' | 'documentBreadthMax' | 'documentCostMax'>;
type Variables = Readonly<Record<string, unknown>>;

/** Fragments inside fragments: more than people write, and few enough for the stack. */
const SPREADS_NESTED_MAX = 32;

/**
 * Throws TOO_COSTLY for an operation that is too deep, too broad or asks for too much: a field costs one, times the
 * page sizes of the connections around it. Returns whether variables had a say, so that others need not be measured again.
 * Introspection costs nothing here; validation bounds its depth.
 */
export function measureOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  limits: DocumentLimits,
): { readonly dependsOnVariables: boolean } {
  const measure = new Measure(schema, document, variables, limits);
  measure.selections(operation.selectionSet, schema.getRootType(operation.operation), 1, 1);
  return measure;
}

class Measure {
  readonly #schema: GraphQLSchema;
  readonly #variables: Variables;
  readonly #limits: DocumentLimits;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  dependsOnVariables = false;
  #cost = 0;
  #steps = 0;

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Variables, limits: DocumentLimits) {
    this.#schema = schema;
    this.#variables = variables;
    this.#limits = limits;
    const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  /** `times` is how often the selection is answered: the product of the page sizes around it. */
  selections(node: SelectionSetNode, type: GraphQLNamedType | null | undefined, depth: number, times: number): void {
    const fields = this.#expand(node, type, 0);
    const { documentBreadthMax, documentDepthMax } = this.#limits;
    if (fields.length > documentBreadthMax) throw tooCostly(`more than ${documentBreadthMax} fields in one selection`);
    for (const [field, parent] of fields) {
      if (field.name.value.startsWith('__')) continue;
      if (depth > documentDepthMax) throw tooCostly(`deeper than ${documentDepthMax} fields`);
      this.#spend(times);
      if (field.selectionSet === undefined) continue;
      const definition = fieldOf(parent, field.name.value);
      const inner = definition === undefined ? null : getNamedType(definition.type);
      this.selections(field.selectionSet, inner, depth + 1, times * this.#pageSize(field, definition));
    }
  }

  /** The fields of a selection with those of its fragments, each with the type that it is selected on. */
  #expand(
    node: SelectionSetNode,
    type: GraphQLNamedType | null | undefined,
    nested: number,
  ): [FieldNode, GraphQLNamedType | null | undefined][] {
    if (nested > SPREADS_NESTED_MAX) throw tooCostly(`fragments nested more than ${SPREADS_NESTED_MAX} times`);
    return node.selections.flatMap((selection): [FieldNode, GraphQLNamedType | null | undefined][] => {
      this.#step();
      if (selection.kind === Kind.FIELD) return [[selection, type]];
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection;
      if (fragment === undefined) return [];
      const condition = fragment.typeCondition?.name.value;
      const inner = condition === undefined ? type : this.#schema.getType(condition);
      return this.#expand(fragment.selectionSet, inner, nested + 1);
    });
  }

  #spend(cost: number): void {
    this.#cost += cost;
    const { documentCostMax } = this.#limits;
    if (this.#cost > documentCostMax) throw tooCostly(`a cost over ${documentCostMax}; ask for smaller pages`);
  }

  /** Selections without fields cost nothing, but take time to walk. */
  #step(): void {
    this.#steps += 1;
    if (this.#steps > this.#limits.documentCostMax) throw tooCostly('too many fragments');
  }

  #pageSize(node: FieldNode, definition: GraphQLField<unknown, unknown> | undefined): number {
    const page = definition?.extensions['pageSize'] as PageSize | undefined;
    if (page === undefined) return 1;
    for (const name of page.argumentNames) {
      const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
      if (value === undefined || value.kind === Kind.NULL) continue;
      if (value.kind === Kind.INT) return bounded(Number(value.value), page);
      if (value.kind !== Kind.VARIABLE) continue;
      this.dependsOnVariables = true;
      const given = this.#variables[value.name.value];
      if (typeof given === 'number') return bounded(given, page);
    }
    return page.sizeDefault;
  }
}

/** A size out of bounds is refused by its field. */
const bounded = (size: number, { sizeMax }: PageSize): number => Math.min(Math.max(1, size), sizeMax);

const fieldOf = (type: GraphQLNamedType | null | undefined, name: string) =>
  isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;

const tooCostly = (what: string): ParleyError =>
  new ParleyError('TOO_COSTLY', `The operation asks for too much: ${what}.`);
