import fc from 'fast-check';
import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

const DEPTH_MAX = 4;
const FIELDS_MAX = 5;

/** Values for arguments that a field can't be asked for without. */
const REQUIRED: Readonly<Record<string, string>> = { 'sequence:Int!': '1' };

type Weighted = fc.WeightedArbitrary<string>;

/** How much likelier a field is to be asked for that says of itself that it is shareable: one other is enough for nothing to be shared. */
const SHAREABLE_WEIGHT = 12;

/** Selections on a type, as a client might write them: fields of it and of what it can be, aliases, fragments, directives. */
export function selectionsOn(schema: GraphQLSchema, typeName: string, depth = DEPTH_MAX): fc.Arbitrary<string> {
  const type = schema.getType(typeName);
  const wide = isAbstractType(type)
    ? schema
        .getPossibleTypes(type)
        .map(({ name }) => ({ arbitrary: fragment(schema, name, depth), weight: 2 * SHAREABLE_WEIGHT }))
    : [];
  const one = fc.oneof(
    { arbitrary: fc.constant('__typename'), weight: 3 },
    ...fieldsOf(schema, typeName, depth),
    ...wide,
  );
  return fc.array(one, { minLength: 1, maxLength: FIELDS_MAX }).map((fields) => `{ ${fields.join(' ')} }`);
}

const fragment = (schema: GraphQLSchema, typeName: string, depth: number): fc.Arbitrary<string> =>
  selectionsOn(schema, typeName, depth).map((set) => `... on ${typeName} ${set}`);

function fieldsOf(schema: GraphQLSchema, typeName: string, depth: number): readonly Weighted[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field): Weighted[] => {
    const named = getNamedType(field.type);
    const weight = isShareable(field) ? SHAREABLE_WEIGHT : 1;
    if (!isCompositeType(named)) return [{ arbitrary: decorated(typeName, field, fc.constant('')), weight }];
    if (depth === 0) return [];
    return [{ arbitrary: decorated(typeName, field, selectionsOn(schema, named.name, depth - 1)), weight }];
  });
}

const isShareable = ({ extensions }: GraphQLField<unknown, unknown>): boolean =>
  (extensions['pothosOptions'] as { readonly shareable?: boolean } | undefined)?.shareable === true;

/** An alias that says what it stands for: two fields of one name in an answer have to be the same field. */
function decorated(
  typeName: string,
  field: GraphQLField<unknown, unknown>,
  inner: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const name = `${field.name}${argumentsOf(field)}`;
  const directive = fc.constantFrom('', '', '', ' @include(if: $yes)', ' @skip(if: $no)', ' @skip(if: $yes)');
  return fc.tuple(fc.boolean(), directive, inner).map(([isAliased, condition, set]) => {
    const alias = isAliased || set !== '' ? `${typeName}_${field.name}: ` : '';
    return `${alias}${name}${condition} ${set}`;
  });
}

function argumentsOf(field: GraphQLField<unknown, unknown>): string {
  const given = field.args
    .filter(isRequiredArgument)
    .map(({ name, type }) => `${name}: ${REQUIRED[`${name}:${type}`]}`);
  return given.length === 0 ? '' : `(${given.join(', ')})`;
}
