import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidatedExecutionArgs,
} from 'graphql';

export type Asked = Pick<ValidatedExecutionArgs, 'schema' | 'fragmentDefinitions' | 'variableValues'>;

type Nodes = [FieldNode, ...FieldNode[]];

/** What the selections ask of an object of that type, by the name in the answer: the specification's "Field Collection". */
export function collectFields(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  asked: Asked,
): ReadonlyMap<string, Readonly<Nodes>> {
  const fields = new Map<string, Nodes>();
  const seen = new Set<FragmentDefinitionNode>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (!isIncluded(node, asked)) continue;
      if (node.kind === Kind.FIELD) {
        const name = node.alias?.value ?? node.name.value;
        const nodes = fields.get(name);
        if (nodes === undefined) fields.set(name, [node]);
        else nodes.push(node);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : asked.fragmentDefinitions[node.name.value];
      if (fragment === undefined || !isOf(type, fragment.typeCondition?.name.value, asked.schema)) continue;
      if (fragment.kind === Kind.FRAGMENT_DEFINITION) {
        if (seen.has(fragment)) continue;
        seen.add(fragment);
      }
      collect(fragment.selectionSet);
    }
  };
  for (const set of sets) collect(set);
  return fields;
}

function isIncluded(node: SelectionNode, { variableValues }: Asked): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.['if'] !== false;
}

function isOf(type: GraphQLObjectType, condition: string | undefined, schema: GraphQLSchema): boolean {
  if (condition === undefined || condition === type.name) return true;
  const named = schema.getType(condition);
  return isAbstractType(named) && schema.isSubType(named, type);
}
