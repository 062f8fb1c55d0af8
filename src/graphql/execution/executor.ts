import {
  type ExecutionResult,
  executeRootSelectionSet,
  type OperationDefinitionNode,
  OperationTypeNode,
  type ValidatedExecutionArgs,
} from 'graphql';
import { executeFields, executeInTurn } from './execute-fields.ts';
import { Execution } from './execution.ts';
import { OperationPlan } from './operation-plan.ts';
import { type Conditions, conditionsOf, type Planning, planningOf } from './planning.ts';

export interface ExecutorLimits {
  /** How many fields of plans are kept: up to 1 KB each. */
  readonly fieldsPlannedMax: number;
}

interface Planned {
  readonly planning: Planning;
  /** By what its conditions say. */
  readonly plans: Map<string, OperationPlan>;
}

/** Two for each condition, so that this is more than a client uses. */
const PLANS_PER_OPERATION_MAX = 16;
/** What an operation weighs beside its fields, and each plan of it. */
const FIELDS_PER_PLAN = 2;

/**
 * Executes operations of documents that have been found valid, with the answers of graphql-js, by which it is measured. What graphql-js works out
 * anew for each execution, and for each object of a list, is worked out once for each operation.
 */
export class Executor {
  readonly #fieldsMax: number;
  #planned = new WeakMap<OperationDefinitionNode, Planned>();
  #fields = 0;

  constructor({ fieldsPlannedMax }: ExecutorLimits) {
    this.#fieldsMax = fieldsPlannedMax;
  }

  /** As graphql-js' function of that name, which does what can't be planned. Neither throws nor rejects. */
  executeRootSelectionSet(args: ValidatedExecutionArgs): ExecutionResult | Promise<ExecutionResult> {
    const { planning, plans } = this.#plannedOf(args);
    const conditions = planning.isPossible ? conditionsOf(planning, args.variableValues) : null;
    if (conditions === null) return executeRootSelectionSet(args);
    const key = [...conditions.values()].join();
    const known = plans.get(key);
    if (known !== undefined) return run(known, args);
    const plan = this.#plan(args, conditions);
    keep(plans, key, plan);
    return run(plan, args);
  }

  #plannedOf(args: ValidatedExecutionArgs): Planned {
    const known = this.#planned.get(args.operation);
    if (known !== undefined) return known;
    this.#count(FIELDS_PER_PLAN);
    const planned = { planning: planningOf(args), plans: new Map<string, OperationPlan>() };
    this.#planned.set(args.operation, planned);
    return planned;
  }

  #plan(args: ValidatedExecutionArgs, conditions: Conditions): OperationPlan {
    this.#count(FIELDS_PER_PLAN);
    return new OperationPlan(args, conditions, (fields) => this.#count(fields));
  }

  /** At the bound all are forgotten. Those in use are planned again soon; to know which they are would cost more. */
  #count(fields: number): void {
    this.#fields += fields;
    if (this.#fields <= this.#fieldsMax) return;
    this.#planned = new WeakMap();
    this.#fields = 0;
  }
}

function keep(plans: Map<string, OperationPlan>, key: string, plan: OperationPlan): void {
  if (plans.size === PLANS_PER_OPERATION_MAX) plans.clear();
  plans.set(key, plan);
}

function run(plan: OperationPlan, args: ValidatedExecutionArgs): ExecutionResult | Promise<ExecutionResult> {
  const execution = new Execution(args);
  try {
    const data = begin(plan, args, execution);
    if (!(data instanceof Promise)) return execution.answer(data);
    return data.then(
      (all) => execution.answer(all),
      (error: unknown) => execution.failed(error),
    );
  } catch (error) {
    return execution.failed(error);
  }
}

const begin = ({ root }: OperationPlan, { operation, rootValue }: ValidatedExecutionArgs, execution: Execution) =>
  operation.operation === OperationTypeNode.MUTATION
    ? executeInTurn(root, rootValue, execution)
    : executeFields(root, rootValue, undefined, execution);
