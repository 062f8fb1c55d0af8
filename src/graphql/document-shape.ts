import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import type { Limits } from '../config/limits.ts';
import { collectSelected, fragmentsOf, type Selected, type Selection } from './selected.ts';
import { tooCostly } from './too-costly.ts';

export type ShapeLimits = Pick<
  Limits,
  'documentDepthMax' | 'documentBreadthMax' | 'documentCostMax' | 'introspectionDepthMax'
>;

/**
 * Throws TOO_COSTLY for a document that is too deep or too broad. It looks at no type and runs before validation, whose
 * own rules take long for what it refuses: comparing fields of one name grows with the square of their number.
 */
export function checkShape(document: DocumentNode, limits: ShapeLimits): void {
  const shape = new Shape(document, limits);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) shape.walk(definition.selectionSet);
    // A fragment that no operation spreads is validated all the same.
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      shape.walk(definition.selectionSet, definition.typeCondition.name.value.startsWith('__'));
    }
  }
}

class Shape {
  readonly #limits: ShapeLimits;
  readonly #fragments: ReturnType<typeof fragmentsOf>;
  #steps = 0;

  constructor(document: DocumentNode, limits: ShapeLimits) {
    this.#limits = limits;
    this.#fragments = fragmentsOf(document);
  }

  walk(set: SelectionSetNode, isIntrospection = false): void {
    const selections = [{ set, typeName: null }];
    if (isIntrospection) this.#walkIntrospection(selections, 1);
    else this.#walk(selections, 1);
  }

  #walk(selections: readonly Selection[], depth: number): void {
    const { documentDepthMax } = this.#limits;
    for (const [, fields] of this.#collect(selections)) {
      const below = selectionsBelow(fields);
      if (fields[0]?.node.name.value.startsWith('__') === true) {
        if (below.length > 0) this.#walkIntrospection(below, 1);
        continue;
      }
      if (depth > documentDepthMax) throw tooCostly(`deeper than ${documentDepthMax} fields`);
      if (below.length > 0) this.#walk(below, depth + 1);
    }
  }

  #walkIntrospection(selections: readonly Selection[], depth: number): void {
    const { introspectionDepthMax } = this.#limits;
    if (depth > introspectionDepthMax) throw tooCostly(`introspection deeper than ${introspectionDepthMax} fields`);
    for (const [, fields] of this.#collect(selections, true)) {
      const below = selectionsBelow(fields);
      if (below.length > 0) this.#walkIntrospection(below, depth + 1);
    }
  }

  #collect(selections: readonly Selection[], isIntrospection = false): ReadonlyMap<string, readonly Selected[]> {
    const collected = collectSelected(selections, this.#fragments, () => this.#step());
    let count = 0;
    const names = new Set<string>();
    for (const [, fields] of collected) {
      count += fields.length;
      const name = fields[0]?.node.name.value ?? '';
      // Without a cost, aliases of one part of the schema would multiply at each level.
      if (names.has(name) && (isIntrospection || name === '__schema')) throw tooCostly(`${name} twice`);
      names.add(name);
    }
    const { documentBreadthMax } = this.#limits;
    if (count > documentBreadthMax) throw tooCostly(`more than ${documentBreadthMax} fields in one selection`);
    return collected;
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > this.#limits.documentCostMax) throw tooCostly('too many fields in its fragments');
  }
}

const selectionsBelow = (fields: readonly Selected[]): readonly Selection[] =>
  fields.flatMap(({ node: { selectionSet } }) =>
    selectionSet === undefined ? [] : [{ set: selectionSet, typeName: null }],
  );
