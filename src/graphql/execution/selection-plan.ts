import { type GraphQLAbstractType, type GraphQLObjectType, isObjectType, type SelectionSetNode } from 'graphql';
import type { FieldPlan } from './field-plan.ts';
import type { OperationPlan } from './operation-plan.ts';

/** What is asked of whatever stands at one place, by the type that it turns out to have. Planned when one first does. */
export class SelectionPlan {
  readonly #operation: OperationPlan;
  readonly #sets: readonly SelectionSetNode[];
  readonly #fields = new Map<GraphQLObjectType, readonly FieldPlan[]>();

  constructor(operation: OperationPlan, sets: readonly SelectionSetNode[]) {
    this.#operation = operation;
    this.#sets = sets;
  }

  of(type: GraphQLObjectType): () => readonly FieldPlan[] {
    let fields: readonly FieldPlan[] | null = null;
    return () => {
      fields ??= this.#fieldsOf(type);
      return fields;
    };
  }

  /** Null where that is no type that `type` can be. */
  ofPossible(type: GraphQLAbstractType, name: string): readonly FieldPlan[] | null {
    const { schema } = this.#operation;
    const named = schema.getType(name);
    return isObjectType(named) && schema.isSubType(type, named) ? this.#fieldsOf(named) : null;
  }

  #fieldsOf(type: GraphQLObjectType): readonly FieldPlan[] {
    const known = this.#fields.get(type);
    if (known !== undefined) return known;
    const fields = this.#operation.planFields(type, this.#sets);
    this.#fields.set(type, fields);
    return fields;
  }
}
