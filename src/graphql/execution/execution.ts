import { type ExecutionResult, GraphQLError, locatedError, type ValidatedExecutionArgs } from 'graphql';
import type { FieldPlan } from './field-plan.ts';
import { keysOf, type Path } from './path.ts';

type Data = Record<string, unknown>;

/** One run of an operation: what it was asked with, and what has gone wrong so far. */
export class Execution {
  readonly contextValue: unknown;
  readonly variableValues: ValidatedExecutionArgs['variableValues'];
  readonly #errors: GraphQLError[] = [];
  /** Null in the answer because of an error. */
  readonly #nulled = new Set<Path>();

  constructor({ contextValue, variableValues }: ValidatedExecutionArgs) {
    this.contextValue = contextValue;
    this.variableValues = variableValues;
  }

  /**
   * What goes wrong at a place that may be null makes it null, and counts unless it lies below one that is null by another error: the
   * specification's "Handling Execution Errors". Throws it, with its place, where null is not possible: it goes up to the next.
   */
  fail(error: unknown, field: FieldPlan, path: Path, isNonNull: boolean): null {
    const located = locatedError(error, field.nodes, keysOf(path));
    if (isNonNull) throw located;
    if (!this.#isNulled(path)) {
      this.#nulled.add(path);
      this.#errors.push(located);
    }
    return null;
  }

  answer(data: Data): ExecutionResult {
    return this.#errors.length === 0 ? { data } : { errors: this.#errors, data };
  }

  /** The answer where nothing is left to be null but the whole. */
  failed(error: unknown): ExecutionResult {
    return {
      errors: [...this.#errors, error instanceof GraphQLError ? error : locatedError(error, undefined, undefined)],
      data: null,
    };
  }

  #isNulled(path: Path): boolean {
    if (this.#nulled.size === 0) return false;
    for (let place: Path | undefined = path; place !== undefined; place = place.prev) {
      if (this.#nulled.has(place)) return true;
    }
    return false;
  }
}
