import { type ExecutionArgs, type GraphQLSchema, getOperationAST, type OperationDefinitionNode } from 'graphql';
import { checkCost } from './operation-cost.ts';

type Variables = Readonly<Record<string, unknown>>;

interface Checked {
  /** Of the variables that had a say in the cost. */
  readonly names: readonly string[];
  readonly values: string;
}

/** What may be executed: see {@link checkCost}. Most clients ask for pages of one size, so that little is counted twice. */
export class AffordableOperations {
  readonly #schema: GraphQLSchema;
  readonly #costMax: number;
  /** Those that were found affordable last. */
  readonly #checked = new WeakMap<OperationDefinitionNode, Checked>();

  constructor(schema: GraphQLSchema, costMax: number) {
    this.#schema = schema;
    this.#costMax = costMax;
  }

  /** Throws TOO_COSTLY. The document has been found valid. */
  require({ document, operationName, variableValues }: ExecutionArgs): void {
    const operation = getOperationAST(document, operationName);
    if (operation === null || operation === undefined) return;
    const variables = variableValues ?? {};
    const checked = this.#checked.get(operation);
    if (checked !== undefined && checked.values === valuesOf(checked.names, variables)) return;
    const names = checkCost({ schema: this.#schema, document, operation, variables, costMax: this.#costMax });
    this.#checked.set(operation, { names, values: valuesOf(names, variables) });
  }
}

/** One that is not given is not one that is null. */
const valuesOf = (names: readonly string[], variables: Variables): string =>
  names.length === 0
    ? ''
    : JSON.stringify(names.map((name) => (Object.hasOwn(variables, name) ? [variables[name]] : [])));
