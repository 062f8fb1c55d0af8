import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type ValidatedExecutionArgs,
  type VariableNode,
  visit,
} from 'graphql';

/** How operations of a document can be planned. */
export interface Planning {
  /** False where something is asked that no client of a chat asks: the schema itself, or what graphql-js only tries out. */
  readonly isPossible: boolean;
  /** The same for two executions that include the same. */
  readonly keyOf: (variables: ValidatedExecutionArgs['variableValues']) => string;
}

const CONDITIONS: ReadonlySet<string> = new Set(['skip', 'include']);

/** Linear in the document, which has been found valid: of use once for each. */
export function planningOf(document: DocumentNode): Planning {
  const names = new Set<string>();
  let isPossible = true;
  const impossible = (): void => {
    isPossible = false;
  };
  visit(document, {
    [Kind.DIRECTIVE]: (node: DirectiveNode) => {
      if (!CONDITIONS.has(node.name.value)) impossible();
      visit(node, { [Kind.VARIABLE]: ({ name }: VariableNode) => void names.add(name.value) });
    },
    [Kind.FIELD]: (node: FieldNode) => {
      if (!isPlain(node)) impossible();
    },
    [Kind.FRAGMENT_ARGUMENT]: impossible,
    [Kind.FRAGMENT_DEFINITION]: ({ variableDefinitions = [] }) => {
      if (variableDefinitions.length > 0) impossible();
    },
  });
  return { isPossible, keyOf: ({ coerced }) => [...names].map((name) => String(coerced[name])).join() };
}

/** `__proto__` as a name in the answer would not be a property of it. */
const isPlain = ({ name, alias }: FieldNode): boolean =>
  (name.value === '__typename' || !name.value.startsWith('__')) && alias?.value !== '__proto__';
