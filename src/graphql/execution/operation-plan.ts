import {
  GraphQLError,
  type GraphQLObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidatedExecutionArgs,
} from 'graphql';
import { type Asked, collectFields } from './collect-fields.ts';
import type { Selection } from './complete.ts';
import { type FieldPlan, planField } from './field-plan.ts';
import type { Conditions } from './planning.ts';

/** An operation as its executions run it, as long as the same is included and skipped. */
export class OperationPlan {
  readonly #asked: Asked;
  readonly #operation: OperationDefinitionNode;
  readonly #planned: (fields: number) => void;
  #root: readonly FieldPlan[] | null = null;

  /** `planned` is told of the fields of each type at each place, which are planned when one of that type first turns up. */
  constructor(
    { schema, fragmentDefinitions: fragments, operation }: ValidatedExecutionArgs,
    conditions: Conditions,
    planned: (fields: number) => void,
  ) {
    this.#asked = { schema, fragments, conditions };
    this.#planned = planned;
    this.#operation = operation;
  }

  get root(): readonly FieldPlan[] {
    this.#root ??= this.#planRoot();
    return this.#root;
  }

  #planRoot(): readonly FieldPlan[] {
    const { operation, selectionSet } = this.#operation;
    const type = this.#asked.schema.getRootType(operation);
    if (type === undefined || type === null) throw new GraphQLError(`The schema has no ${operation}.`);
    return this.#plan(type, [selectionSet]);
  }

  #plan(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): readonly FieldPlan[] {
    const { schema } = this.#asked;
    const fields: FieldPlan[] = [];
    for (const [name, nodes] of collectFields(type, sets, this.#asked)) {
      const field = schema.getField(type, nodes[0].name.value);
      if (field === undefined) continue;
      const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      const selection: Selection = { schema, fieldsOf: (one) => this.#plan(one, below) };
      fields.push(planField(name, type, field, nodes, selection));
    }
    this.#planned(fields.length);
    return fields;
  }
}
