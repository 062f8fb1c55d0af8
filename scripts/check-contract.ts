import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  print,
} from 'graphql';

type Value = GraphQLArgument | GraphQLInputField;

/**
 * Where `present` falls short of `contract`: a type, field, argument, default, enum value or interface that is missing or of another type, or an
 * input that clients of the contract would not know to give. Anything more is fine. Both schemas are built
 * from text.
 */
export function shortfalls(contract: GraphQLSchema, present: GraphQLSchema): readonly string[] {
  return Object.values(contract.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => compareTypes(type, present.getType(type.name)));
}

function compareTypes(wanted: GraphQLNamedType, found: GraphQLNamedType | undefined): readonly string[] {
  const { name } = wanted;
  if (found === undefined) return [`${name} is missing`];
  if (isEnumType(wanted) && isEnumType(found)) {
    return wanted
      .getValues()
      .flatMap((value) => (found.getValue(value.name) ? [] : [`${name}.${value.name} is missing`]));
  }
  if (isInputObjectType(wanted) && isInputObjectType(found)) {
    return compareInputs(
      name,
      Object.values(wanted.getFields()),
      Object.values(found.getFields()),
      isRequiredInputField,
    );
  }
  if ((isObjectType(wanted) && isObjectType(found)) || (isInterfaceType(wanted) && isInterfaceType(found))) {
    const interfaces = new Set(found.getInterfaces().map((one) => one.name));
    return [
      ...wanted
        .getInterfaces()
        .flatMap((one) => (interfaces.has(one.name) ? [] : [`${name} does not implement ${one.name}`])),
      ...Object.values(wanted.getFields()).flatMap((field) =>
        compareFields(name, field, found.getFields()[field.name]),
      ),
    ];
  }
  return kindOf(wanted) === kindOf(found) ? [] : [`${name} is a ${kindOf(found)}, not a ${kindOf(wanted)}`];
}

function compareFields(
  type: string,
  wanted: GraphQLField<unknown, unknown>,
  found: GraphQLField<unknown, unknown> | undefined,
): readonly string[] {
  const path = `${type}.${wanted.name}`;
  if (found === undefined) return [`${path} is missing`];
  return [
    ...(String(found.type) === String(wanted.type) ? [] : [`${path} is ${found.type}, not ${wanted.type}`]),
    ...compareInputs(path, wanted.args, found.args, isRequiredArgument),
  ];
}

function compareInputs<T extends Value>(
  owner: string,
  wanted: readonly T[],
  found: readonly T[],
  isRequired: (value: T) => boolean,
): readonly string[] {
  const missing = wanted.flatMap((value) => {
    const other = found.find(({ name }) => name === value.name);
    const path = `${owner}(${value.name}:)`;
    if (other === undefined) return [`${path} is missing`];
    if (String(other.type) !== String(value.type)) return [`${path} is ${other.type}, not ${value.type}`];
    return defaultOf(other) === defaultOf(value)
      ? []
      : [`${path} has the default ${defaultOf(other)}, not ${defaultOf(value)}`];
  });
  const surprising = found.filter((value) => isRequired(value) && !wanted.some(({ name }) => name === value.name));
  return [...missing, ...surprising.map(({ name }) => `${owner}(${name}:) is required, but not in the contract`)];
}

function defaultOf({ astNode }: Value): string {
  return astNode?.defaultValue ? print(astNode.defaultValue) : 'none';
}

function kindOf(type: GraphQLNamedType): string {
  return type.astNode?.kind ?? type.constructor.name;
}
