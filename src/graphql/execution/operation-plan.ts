import type { GraphQLObjectType, GraphQLSchema, SelectionSetNode, ValidatedExecutionArgs } from 'graphql';
import { type Asked, collectFields } from './collect-fields.ts';
import { type FieldPlan, planField } from './field-plan.ts';
import type { Conditions } from './planning.ts';
import { SelectionPlan } from './selection-plan.ts';

/** An operation as its executions run it, as long as the same is included and skipped. */
export class OperationPlan {
  readonly schema: GraphQLSchema;
  readonly #asked: Asked;
  readonly #planned: (fields: number) => void;
  readonly #root: () => readonly FieldPlan[];

  /** `planned` is told of each field that has been planned. */
  constructor(
    { schema, fragmentDefinitions: fragments, operation }: ValidatedExecutionArgs,
    conditions: Conditions,
    planned: (fields: number) => void,
  ) {
    this.schema = schema;
    this.#asked = { schema, fragments, conditions };
    this.#planned = planned;
    const type = schema.getRootType(operation.operation);
    if (type === undefined || type === null) throw new Error(`The schema has no ${operation.operation}`);
    this.#root = new SelectionPlan(this, [operation.selectionSet]).of(type);
  }

  get root(): readonly FieldPlan[] {
    return this.#root();
  }

  planFields(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): readonly FieldPlan[] {
    const fields: FieldPlan[] = [];
    for (const [name, nodes] of collectFields(type, sets, this.#asked)) {
      const field = this.schema.getField(type, nodes[0].name.value);
      if (field === undefined) continue;
      const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      fields.push(planField(name, type, field, nodes, new SelectionPlan(this, below)));
    }
    this.#planned(fields.length);
    return fields;
  }
}
