import {
  type ArgumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Conditions } from './planning.ts';

export interface Asked {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly conditions: Conditions;
}

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
      if (!isIncluded(node, asked.conditions)) continue;
      if (node.kind === Kind.FIELD) {
        const name = node.alias?.value ?? node.name.value;
        const nodes = fields.get(name);
        if (nodes === undefined) fields.set(name, [node]);
        else nodes.push(node);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : asked.fragments[node.name.value];
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

function isIncluded({ directives = [] }: SelectionNode, conditions: Conditions): boolean {
  return directives.every(({ name, arguments: [condition] = [] }) => {
    const isTrue = condition !== undefined && holds(condition, conditions);
    return isTrue !== (name.value === 'skip');
  });
}

/** A document that has been found valid has a Boolean there or a variable. */
function holds({ value }: ArgumentNode, conditions: Conditions): boolean {
  if (value.kind === Kind.VARIABLE) return conditions.get(value.name.value) === true;
  return value.kind === Kind.BOOLEAN && value.value;
}

function isOf(type: GraphQLObjectType, condition: string | undefined, schema: GraphQLSchema): boolean {
  if (condition === undefined || condition === type.name) return true;
  const named = schema.getType(condition);
  return isAbstractType(named) && schema.isSubType(named, type);
}
