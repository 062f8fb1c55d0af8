import type { OperationDefinitionNode, ValidatedSubscriptionArgs } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Limits } from '../config/limits.ts';
import type { ChannelEvent } from '../domain/event.ts';
import { type Answer, answerOf } from './answer.ts';
import { eventTypeName } from './event.ts';
import type { Payload } from './payload.ts';
import { RecentAnswers } from './recent-answers.ts';
import { type Sharing, sharingOf } from './shareable.ts';

/** Executes an operation for one event, for everybody alike. */
type Execute = (args: ValidatedSubscriptionArgs, event: ChannelEvent) => Promise<Payload> | Payload;

export type SharedOperationLimits = Pick<
  Limits,
  'answersKeptMs' | 'answersKeptMax' | 'answersKeptCharactersMax' | 'sharedOperationsPerDocumentMax'
>;

interface Shared {
  readonly sharing: Sharing;
  /** By the variables that have a say. */
  readonly operations: LRUCache<string, SharedOperation>;
}

/**
 * What subscribers have in common who ask the same of an event: the same operation of the same document, with the same variables below the root
 * field. Which field of which type may be answered for all says the schema, see `shareable`.
 */
export class SharedOperations {
  readonly #shared = new WeakMap<OperationDefinitionNode, Shared>();
  readonly #recent: RecentAnswers;
  readonly #operationsMax: number;

  constructor(limits: SharedOperationLimits) {
    this.#recent = new RecentAnswers({
      keptMs: limits.answersKeptMs,
      answersMax: limits.answersKeptMax,
      charactersMax: limits.answersKeptCharactersMax,
    });
    this.#operationsMax = limits.sharedOperationsPerDocumentMax;
  }

  /** The first one's `execute` serves all who share it. */
  get(args: ValidatedSubscriptionArgs, execute: Execute): SharedOperation {
    const { sharing, operations } = this.#sharedOf(args);
    const key = keyOf(args, sharing.variables);
    const known = operations.get(key);
    if (known !== undefined) return known;
    const { typeNames } = sharing;
    const operation = new SharedOperation({
      args: { ...args, contextValue: null },
      typeNames,
      execute,
      recent: this.#recent,
    });
    operations.set(key, operation);
    return operation;
  }

  #sharedOf({ schema, document, operation }: ValidatedSubscriptionArgs): Shared {
    const known = this.#shared.get(operation);
    if (known !== undefined) return known;
    const sharing = sharingOf(schema, document, operation);
    const shared = { sharing, operations: new LRUCache<string, SharedOperation>({ max: this.#operationsMax }) };
    this.#shared.set(operation, shared);
    return shared;
  }
}

interface SharedOperationOptions {
  /** Of whoever came first: no other's differ in what an event's answer depends on. */
  readonly args: ValidatedSubscriptionArgs;
  /** Types of events that are answered for all. */
  readonly typeNames: ReadonlySet<string>;
  readonly execute: Execute;
  readonly recent: RecentAnswers;
}

/** One operation, whoever has begun it. */
export class SharedOperation {
  readonly #options: SharedOperationOptions;
  /** Readers of a feed ask for the same event one after the other. */
  #lastEvent: ChannelEvent | null = null;
  #lastAnswer: Answer | null = null;

  constructor(options: SharedOperationOptions) {
    this.#options = options;
  }

  /** Without a context. */
  get args(): ValidatedSubscriptionArgs {
    return this.#options.args;
  }

  /** Null where the answer depends on the viewer. The same event object has to mean the same event. */
  answer(event: ChannelEvent): Answer | null {
    if (event === this.#lastEvent) return this.#lastAnswer;
    const { typeNames, recent } = this.#options;
    if (typeNames.size === 0 || !typeNames.has(eventTypeName(event))) return null;
    const answer = recent.get(event, this) ?? this.#begin(event);
    this.#lastEvent = event;
    this.#lastAnswer = answer;
    return answer;
  }

  #begin(event: ChannelEvent): Answer {
    const { args, execute, recent } = this.#options;
    const weighed = (payload: Payload): Payload => {
      recent.weigh(payload.json.length);
      return payload;
    };
    // Where nothing has to be waited for, each reader is told in one go, while all that is its own is at hand.
    const answer = answerOf(() => {
      const payload = execute(args, event);
      return payload instanceof Promise ? payload.then(weighed) : weighed(payload);
    });
    recent.add(event, this, answer);
    return answer;
  }
}

function keyOf({ variableValues }: ValidatedSubscriptionArgs, names: readonly string[]): string {
  if (names.length === 0) return '';
  const { coerced } = variableValues;
  return JSON.stringify(names.map((name) => (name in coerced ? [coerced[name]] : [])));
}
