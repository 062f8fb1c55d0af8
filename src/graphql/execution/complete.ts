import { inspect } from 'node:util';
import {
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { executeFields } from './execute-fields.ts';
import type { Execution } from './execution.ts';
import type { FieldPlan } from './field-plan.ts';
import { listCompleter } from './list.ts';
import { NO_INFO } from './no-info.ts';
import type { Path } from './path.ts';

/**
 * What a resolver gave, as the answer has it: the specification's "Value Completion". At once, unless something has to be waited for. Throws,
 * or rejects, where that is not possible; nobody but the field or the list that it is in may catch that.
 */
export type Complete = (value: unknown, field: FieldPlan, path: Path, execution: Execution) => unknown;

/** What is asked of whatever stands at one place. */
export interface Selection {
  readonly schema: GraphQLSchema;
  /** By what that turns out to be; planned anew each time. */
  readonly fieldsOf: (type: GraphQLObjectType) => readonly FieldPlan[];
}

export function completerOf(type: GraphQLOutputType, selection: Selection): Complete {
  if (isNonNullType(type)) return nonNull(completerOf(type.ofType, selection));
  if (isListType(type)) return listCompleter(type.ofType, completerOf(type.ofType, selection));
  if (isLeafType(type)) return leaf(type);
  return isAbstractType(type) ? abstract(type, selection) : object(type, selection);
}

const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined;

const nonNull =
  (complete: Complete): Complete =>
  (value, field, path, execution) => {
    const completed = complete(value, field, path, execution);
    if (completed !== null) return completed;
    throw new Error(`Cannot return null for non-nullable field ${field.parentType}.${field.fieldName}.`);
  };

const leaf =
  (type: GraphQLLeafType): Complete =>
  (value) => {
    if (isNothing(value)) return null;
    const written: unknown = type.coerceOutputValue(value);
    if (isNothing(written)) throw new Error(`${type} can not be written: ${inspect(value)}`);
    return written;
  };

const object = (type: GraphQLObjectType, selection: Selection): Complete => {
  let fields: readonly FieldPlan[] | null = null;
  return (value, _, path, execution) => {
    if (isNothing(value)) return null;
    fields ??= selection.fieldsOf(type);
    return executeFields(fields, value, path, execution);
  };
};

/** Its `resolveType` has to say at once which type it is. */
const abstract = (type: GraphQLAbstractType, selection: Selection): Complete => {
  const planned = new Map<string, readonly FieldPlan[]>();
  const fieldsOf = (name: string): readonly FieldPlan[] | null => {
    const known = planned.get(name);
    if (known !== undefined) return known;
    const named = selection.schema.getType(name);
    if (!isObjectType(named) || !selection.schema.isSubType(type, named)) return null;
    const fields = selection.fieldsOf(named);
    planned.set(name, fields);
    return fields;
  };
  return (value, field, path, execution) => {
    if (isNothing(value)) return null;
    const name = type.resolveType?.(value, execution.contextValue, NO_INFO, type);
    const fields = typeof name === 'string' ? fieldsOf(name) : null;
    if (fields !== null) return executeFields(fields, value, path, execution);
    const text = `Abstract type "${type}" was resolved to a type "${name}" that does not exist inside the schema.`;
    throw new GraphQLError(text, { nodes: field.nodes });
  };
};
