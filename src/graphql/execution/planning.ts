import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  Kind,
  type OperationDefinitionNode,
  type ValidatedExecutionArgs,
  type VariableNode,
  visit,
} from 'graphql';

/** What variables in `@skip` and `@include` say. The only ones that a plan knows the values of: others hold what people write, and passwords. */
export type Conditions = ReadonlyMap<string, boolean>;

/** How an operation can be planned. */
export interface Planning {
  /** False where something is asked that no client of a chat asks: the schema itself, or what graphql-js only tries out. */
  readonly isPossible: boolean;
  readonly conditionNames: readonly string[];
}

const CONDITIONAL: ReadonlySet<string> = new Set(['skip', 'include']);

/** Linear in the operation and its fragments, which have been found valid: of use once for each. */
export function planningOf({
  operation,
  fragmentDefinitions,
}: Pick<ValidatedExecutionArgs, 'operation' | 'fragmentDefinitions'>): Planning {
  const conditionNames = new Set<string>();
  let isPossible = true;
  const impossible = (): void => {
    isPossible = false;
  };
  const waiting = new Set<OperationDefinitionNode | FragmentDefinitionNode>([operation]);
  const visitor = {
    [Kind.DIRECTIVE]: (node: DirectiveNode) => {
      if (!CONDITIONAL.has(node.name.value)) impossible();
      visit(node, { [Kind.VARIABLE]: ({ name }: VariableNode) => void conditionNames.add(name.value) });
    },
    [Kind.FIELD]: (node: FieldNode) => {
      if (!isPlain(node)) impossible();
    },
    [Kind.FRAGMENT_SPREAD]: ({ name }: FragmentSpreadNode) => {
      const fragment = fragmentDefinitions[name.value];
      if (fragment !== undefined) waiting.add(fragment);
    },
    [Kind.FRAGMENT_ARGUMENT]: impossible,
    [Kind.FRAGMENT_DEFINITION]: ({ variableDefinitions = [] }: FragmentDefinitionNode) => {
      if (variableDefinitions.length > 0) impossible();
    },
  };
  // A set gives what is added while it is walked, and each once.
  for (const node of waiting) visit(node, visitor);
  return { isPossible, conditionNames: [...conditionNames] };
}

/** `__proto__` as a name in the answer would not be a property of it. */
const isPlain = ({ name, alias }: FieldNode): boolean =>
  (name.value === '__typename' || !name.value.startsWith('__')) && alias?.value !== '__proto__';

/** Null where one of them is neither true nor false, which is an error that graphql-js knows how to tell. */
export function conditionsOf(
  { conditionNames }: Planning,
  { coerced }: ValidatedExecutionArgs['variableValues'],
): Conditions | null {
  const conditions = new Map<string, boolean>();
  for (const name of conditionNames) {
    const value = coerced[name];
    if (typeof value !== 'boolean') return null;
    conditions.set(name, value);
  }
  return conditions;
}
