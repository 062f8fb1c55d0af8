import { randomUUID } from 'node:crypto';
import { executeSubscriptionEvent, type ValidatedSubscriptionArgs } from 'graphql';
import type { ChannelEvent } from '../domain/event.ts';
import { type Answer, answerOf } from './answer.ts';
import { type Context, createSharedContext, freshContext } from './context.ts';
import type { ErrorMask } from './mask-error.ts';
import { Payload } from './payload.ts';
import { type SharedOperationLimits, SharedOperations } from './shared-operations.ts';

export interface EventExecutionsOptions {
  readonly errors: ErrorMask;
  readonly limits: SharedOperationLimits;
}

/** Answers a subscription's events: once for all who ask the same, where the schema says that they may be given the same. */
export class EventExecutions {
  readonly #errors: ErrorMask;
  readonly #operations: SharedOperations;

  constructor({ errors, limits }: EventExecutionsOptions) {
    this.#errors = errors;
    this.#operations = new SharedOperations(limits);
  }

  /** How this subscription's events are answered. */
  of(args: ValidatedSubscriptionArgs, context: Context): (event: unknown) => Answer {
    const shared = this.#operations.get(args, this.#shared(args, context));
    const own = (event: unknown): Promise<Payload> => this.#own(args, context, event);
    // Whatever shares an operation has channels' events.
    return (event) => shared?.answer(event as ChannelEvent) ?? answerOf(() => own(event));
  }

  async #own(args: ValidatedSubscriptionArgs, context: Context, event: unknown): Promise<Payload> {
    const contextValue = freshContext(context);
    const result = await executeSubscriptionEvent({ ...args, rootValue: event, contextValue });
    return new Payload(this.#errors.maskAll(result, context.connection.requestId));
  }

  /** Holds on to nothing of whoever came first. What goes wrong for all has a request id of its own. */
  #shared(args: ValidatedSubscriptionArgs, { services }: Context): (event: ChannelEvent) => Promise<Payload> {
    const common = { ...args, contextValue: null };
    return async (event) => {
      const contextValue = createSharedContext(services);
      const result = await executeSubscriptionEvent({ ...common, rootValue: event, contextValue });
      return new Payload(this.#errors.maskAll(result, randomUUID()));
    };
  }
}
