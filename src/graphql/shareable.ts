import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type VariableNode,
  visit,
} from 'graphql';
import { collectSelected, fragmentsOf, type Selected, type Selection } from './selected.ts';

declare global {
  namespace PothosSchemaTypes {
    interface FieldOptions {
      /**
       * That the answer is the same for every reader of an event, so that one execution serves them all. It must not read the viewer, and
       * may change only with the event or by a later event of the same channel. On a field of Subscription: that its readers are given the
       * same objects as events. Without it a field is answered to each viewer apart.
       */
      readonly shareable?: boolean;
    }
  }
}

/** What an operation's readers have in common. */
export interface Sharing {
  /** Types of events of which everything that is selected is shareable. */
  readonly typeNames: ReadonlySet<string>;
  /** Variables that have a say in the answer to an event: all but those of the root field's arguments, where that is shareable itself. */
  readonly variables: readonly string[];
}

/** `operation` is a subscription of a document that has been found valid. Linear in the document, so of use once for each. */
export function sharingOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Sharing {
  const root = schema.getSubscriptionType();
  const nothing = { typeNames: new Set<string>(), variables: variablesIn(operation) };
  if (root === undefined || root === null) return nothing;
  const walk = new Walk(schema, document);
  const [fields = []] = walk.collect([{ set: operation.selectionSet, typeName: root.name }]);
  const field = root.getFields()[fields[0]?.node.name.value ?? ''];
  if (field === undefined || !isShareable(field)) return nothing;
  const selections = below(fields, field);
  const types = walk.typesOf(field).filter((type) => walk.isShareable(selections, type));
  return { typeNames: new Set(types.map(({ name }) => name)), variables: variablesBelow(document, operation) };
}

class Walk {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReturnType<typeof fragmentsOf>;

  constructor(schema: GraphQLSchema, document: DocumentNode) {
    this.#schema = schema;
    this.#fragments = fragmentsOf(document);
  }

  collect(selections: readonly Selection[]): Iterable<readonly Selected[]> {
    return collectSelected(selections, this.#fragments, () => {}).values();
  }

  typesOf(field: GraphQLField<unknown, unknown>): readonly GraphQLObjectType[] {
    const type = getNamedType(field.type);
    if (isObjectType(type)) return [type];
    return isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [];
  }

  /** Whether all that the selections ask of an object of that type is the same for everybody. */
  isShareable(selections: readonly Selection[], type: GraphQLObjectType): boolean {
    for (const selected of this.collect(selections)) {
      const fields = selected.filter(({ typeName }) => this.#isOf(type, typeName));
      const name = fields[0]?.node.name.value;
      if (name === undefined || name === '__typename') continue;
      const field = type.getFields()[name];
      if (field === undefined || !isShareable(field)) return false;
      const inner = below(fields, field);
      if (inner.length > 0 && !this.typesOf(field).every((one) => this.isShareable(inner, one))) return false;
    }
    return true;
  }

  /** Whether a selection on the type of that name, or on any, is asked of an object of `type`. */
  #isOf(type: GraphQLObjectType, typeName: string | null): boolean {
    if (typeName === null || typeName === type.name) return true;
    const named = this.#schema.getType(typeName);
    return isAbstractType(named) && this.#schema.isSubType(named, type);
  }
}

const isShareable = ({ extensions }: GraphQLField<unknown, unknown>): boolean => {
  const options = extensions['pothosOptions'] as { readonly shareable?: boolean } | undefined;
  return options?.shareable === true;
};

/** Fields of one name in the answer: they are of one type. */
function below(fields: readonly Selected[], { type }: GraphQLField<unknown, unknown>): readonly Selection[] {
  const typeName = getNamedType(type).name;
  return fields.flatMap(({ node: { selectionSet } }) =>
    selectionSet === undefined ? [] : { set: selectionSet, typeName },
  );
}

const variablesIn = ({ variableDefinitions = [] }: OperationDefinitionNode): readonly string[] =>
  variableDefinitions.map(({ variable }) => variable.name.value);

function variablesBelow(document: DocumentNode, operation: OperationDefinitionNode): readonly string[] {
  const names = new Set<string>();
  const visitor = { [Kind.VARIABLE]: ({ name }: VariableNode): void => void names.add(name.value) };
  for (const node of operation.selectionSet.selections) {
    for (const directive of node.directives ?? []) visit(directive, visitor);
    if (node.kind !== Kind.FRAGMENT_SPREAD && node.selectionSet !== undefined) visit(node.selectionSet, visitor);
  }
  for (const fragment of fragmentsOf(document).values()) visit(fragment.selectionSet, visitor);
  return [...names].sort();
}
