import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type InlineFragmentNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** A field where it was written, with the name of the type that it is selected on; null for the type of the selection. */
export interface Selected {
  readonly node: FieldNode;
  readonly typeName: string | null;
}

export interface Selection {
  readonly set: SelectionSetNode;
  readonly typeName: string | null;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export function fragmentsOf(document: DocumentNode): Fragments {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
}

/**
 * What selections that are answered as one come to, by the name in the answer: as execution collects it, but for every
 * type at once. Each fragment is looked into once, so that neither a cycle nor a repetition costs more. `step` is called for
 * each thing passed, and ends it by throwing.
 */
export function collectSelected(
  selections: readonly Selection[],
  fragments: Fragments,
  step: () => void,
): Map<string, Selected[]> {
  const byAnswer = new Map<string, Selected[]>();
  const seen = new Set<FragmentDefinitionNode | InlineFragmentNode>();
  const waiting = [...selections];
  for (let selection = waiting.pop(); selection !== undefined; selection = waiting.pop()) {
    for (const node of selection.set.selections) {
      step();
      if (node.kind === Kind.FIELD) {
        const answer = node.alias?.value ?? node.name.value;
        const fields = byAnswer.get(answer);
        const field = { node, typeName: selection.typeName };
        if (fields === undefined) byAnswer.set(answer, [field]);
        else fields.push(field);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      if (fragment === undefined || seen.has(fragment)) continue;
      seen.add(fragment);
      waiting.push({
        set: fragment.selectionSet,
        typeName: fragment.typeCondition?.name.value ?? selection.typeName,
      });
    }
  }
  return byAnswer;
}
