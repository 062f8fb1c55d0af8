import { inspect } from 'node:util';
import {
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { executeFields } from './execute-fields.ts';
import type { Execution } from './execution.ts';
import type { FieldPlan } from './field-plan.ts';
import { listCompleter } from './list.ts';
import { NO_INFO } from './no-info.ts';
import type { Path } from './path.ts';
import type { SelectionPlan } from './selection-plan.ts';

/**
 * What a resolver gave, as the answer has it: the specification's "Value Completion". At once, unless something has to be waited for. Throws,
 * or rejects, where that is not possible; nobody but the field or the list that it is in may catch that.
 */
export type Complete = (value: unknown, field: FieldPlan, path: Path, execution: Execution) => unknown;

export function completerOf(type: GraphQLOutputType, selection: SelectionPlan): Complete {
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

const object = (type: GraphQLObjectType, selection: SelectionPlan): Complete => {
  const fieldsOf = selection.of(type);
  return (value, _, path, execution) => (isNothing(value) ? null : executeFields(fieldsOf(), value, path, execution));
};

const abstract = (type: GraphQLAbstractType, selection: SelectionPlan): Complete => {
  const { resolveType } = type;
  return (value, field, path, execution) => {
    if (isNothing(value)) return null;
    const name = resolveType?.(value, execution.contextValue, NO_INFO, type);
    const fields = typeof name === 'string' ? selection.ofPossible(type, name) : null;
    if (fields !== null) return executeFields(fields, value, path, execution);
    const text = `Abstract type "${type}" was resolved to a type "${name}" that does not exist inside the schema.`;
    throw new GraphQLError(text, { nodes: field.nodes });
  };
};
