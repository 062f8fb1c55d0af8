import { randomUUID } from 'node:crypto';
import type { ExecutionResult, ValidatedSubscriptionArgs } from 'graphql';
import type { ChannelEvent } from '../domain/event.ts';
import type { Services } from '../services/services.ts';
import { type Answer, answerOf } from './answer.ts';
import { type Asker, createContext, createSharedContext } from './context.ts';
import type { Executor } from './execution/executor.ts';
import type { ErrorMask } from './mask-error.ts';
import { Payload } from './payload.ts';
import type { Answers } from './response-stream.ts';
import { type SharedOperation, type SharedOperationLimits, SharedOperations } from './shared-operations.ts';

export interface EventExecutionsOptions {
  readonly errors: ErrorMask;
  readonly executor: Executor;
  readonly limits: SharedOperationLimits;
}

/** Answers subscriptions' events: once for all who ask the same, where the schema says that they may be given the same. */
export class EventExecutions {
  readonly #errors: ErrorMask;
  readonly #executor: Executor;
  readonly #operations: SharedOperations;

  constructor({ errors, executor, limits }: EventExecutionsOptions) {
    this.#errors = errors;
    this.#executor = executor;
    this.#operations = new SharedOperations(limits);
  }

  /** How this subscription's events are answered. Holds on to nothing of it but who asks. */
  of(args: ValidatedSubscriptionArgs, { services, viewer, connection }: Asker): Answers {
    const operation = this.#operations.get(args, (common, event) => this.#shared(common, services, event));
    return new SubscriptionAnswers(this, operation, { services, viewer, connection });
  }

  async own(args: ValidatedSubscriptionArgs, asker: Asker, event: unknown): Promise<Payload> {
    const { services, viewer, connection } = asker;
    const contextValue = createContext(services, viewer, connection);
    const result = await this.#executor.executeRootSelectionSet({ ...args, rootValue: event, contextValue });
    return new Payload(this.#errors.maskAll(result, connection.requestId));
  }

  failed(error: unknown, { connection }: Asker): ExecutionResult {
    return { errors: [this.#errors.mask(error, connection.requestId)] };
  }

  /** What goes wrong for all has a request id of its own. */
  #shared(args: ValidatedSubscriptionArgs, services: Services, event: ChannelEvent): Payload | Promise<Payload> {
    const contextValue = createSharedContext(services);
    const payloadOf = (result: ExecutionResult): Payload =>
      new Payload(result.errors === undefined ? result : this.#errors.maskAll(result, randomUUID()));
    const result = this.#executor.executeRootSelectionSet({ ...args, rootValue: event, contextValue });
    return result instanceof Promise ? result.then(payloadOf) : payloadOf(result);
  }
}

/** One subscription's. There are many of these, and most only wait. */
class SubscriptionAnswers implements Answers {
  readonly #executions: EventExecutions;
  readonly #operation: SharedOperation;
  readonly #asker: Asker;

  constructor(executions: EventExecutions, operation: SharedOperation, asker: Asker) {
    this.#executions = executions;
    this.#operation = operation;
    this.#asker = asker;
  }

  answer(event: unknown): Answer {
    // Whatever is answered for all is a channel's event.
    return this.#operation.answer(event as ChannelEvent) ?? this.#own(event);
  }

  failed(error: unknown): ExecutionResult {
    return this.#executions.failed(error, this.#asker);
  }

  #own(event: unknown): Answer {
    return answerOf(() => this.#executions.own(this.#operation.args, this.#asker, event));
  }
}
