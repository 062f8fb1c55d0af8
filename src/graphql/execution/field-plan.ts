import {
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type ValidatedExecutionArgs,
  type VariableNode,
  visit,
} from 'graphql';
import { type Complete, completerOf, type Selection } from './complete.ts';

type VariableValues = ValidatedExecutionArgs['variableValues'];
type Arguments = Readonly<Record<string, unknown>>;

/** What is asked of one field of one type, worked out once for all executions of its operation. */
export interface FieldPlan {
  /** The name in the answer. */
  readonly responseName: string;
  readonly fieldName: string;
  readonly parentType: GraphQLObjectType;
  readonly nodes: readonly FieldNode[];
  /** Null where the answer is the source's property of the field's name. */
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | null;
  /** Throws where a value does not fit. */
  readonly argumentsOf: (variables: VariableValues) => Arguments;
  readonly isNonNull: boolean;
  /** Nothing lies below: it is neither a list nor an object. */
  readonly isLeaf: boolean;
  readonly complete: Complete;
}

/** `selection` is what is asked of the field's own type. */
export function planField(
  responseName: string,
  parentType: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  nodes: readonly [FieldNode, ...FieldNode[]],
  selection: Selection,
): FieldPlan {
  const { type } = field;
  const isNonNull = isNonNullType(type);
  return {
    ...{ responseName, fieldName: field.name, parentType, nodes, isNonNull },
    resolve: field.name === '__typename' ? () => parentType.name : (field.resolve ?? null),
    argumentsOf: argumentsOf(field, nodes[0]),
    isLeaf: isLeafType(getNamedType(type)) && !isListType(isNonNull ? type.ofType : type),
    complete: completerOf(type, selection),
  };
}

const NO_ARGUMENTS: Arguments = Object.freeze(Object.create(null));

function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): FieldPlan['argumentsOf'] {
  if (field.args.length === 0) return () => NO_ARGUMENTS;
  const read = (variables: VariableValues): Arguments => getArgumentValues(field, node, variables);
  if (namesVariable(node)) return read;
  let constant: Arguments | null = null;
  return (variables) => {
    if (constant !== null) return constant;
    const values = read(variables);
    // All runs share it, so that nothing in it may be anybody's to change.
    if (Object.values(values).every((value) => typeof value !== 'object')) constant = Object.freeze(values);
    return values;
  };
}

function namesVariable({ arguments: given = [] }: FieldNode): boolean {
  const variables: VariableNode[] = [];
  for (const argument of given) visit(argument, { [Kind.VARIABLE]: (node) => void variables.push(node) });
  return variables.length > 0;
}
