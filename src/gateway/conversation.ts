import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST, OperationTypeNode } from 'graphql';
import { type Message, MessageType, parseMessage, type SubscribePayload } from 'graphql-ws';
import type { Limits } from '../config/limits.ts';
import type { Viewer } from '../domain/viewer.ts';
import { createContext } from '../graphql/context.ts';
import type { Engine } from '../graphql/engine.ts';
import { Payload } from '../graphql/payload.ts';
import { ResponseStream } from '../graphql/response-stream.ts';
import type { Services } from '../services/services.ts';
import { CLOSE_CODES } from './close-codes.ts';
import { NextEnd, nextMessage } from './frame.ts';
import { type Operation, PendingOperation } from './operation.ts';
import { type FlowOwner, ResponseFlow } from './response-flow.ts';
import type { Socket } from './socket.ts';

export interface ConversationParts {
  readonly engine: Engine;
  readonly services: Services;
  readonly limits: Pick<Limits, 'operationIdCharactersMax' | 'operationsPerSocketMax'>;
}

/** Who is at the other end. */
export interface Identity {
  /** Null for who has not shown a token. */
  readonly viewer: Viewer | null;
  /** Takes what came with `connection_init`. False where the socket has been closed instead. */
  connect(payload: unknown): Promise<boolean>;
  /** A ping may carry a newer token. */
  renew(payload: unknown): Promise<void>;
}

/**
 * The server's side of graphql-transport-ws on one socket. graphql-ws checks the messages; what follows from them is here, because its own server keeps
 * some forty objects for each subscription that only waits.
 */
export class Conversation implements FlowOwner {
  readonly socket: Socket;
  readonly #identity: Identity;
  readonly #parts: ConversationParts;
  #stage: 'new' | 'connecting' | 'acknowledged' = 'new';
  /** Those that the client has not completed. Made anew when it changes: most sockets have one, for as long as they are open. */
  #operations: readonly Operation[] = NONE;
  /** Those, and what still runs of others. */
  #running = 0;

  constructor(socket: Socket, identity: Identity, parts: ConversationParts) {
    this.socket = socket;
    this.#identity = identity;
    this.#parts = parts;
  }

  get hasBegun(): boolean {
    return this.#stage !== 'new';
  }

  /** Whether an operation waits for its one answer, or for its first. */
  get isAnswering(): boolean {
    return this.#operations.some((operation) => operation instanceof PendingOperation);
  }

  /** Rejects for faults of ours only. */
  async take(text: string): Promise<void> {
    const message = messageOf(text);
    switch (message?.type) {
      case MessageType.ConnectionInit:
        return this.#connect(message.payload);
      case MessageType.Ping:
        await this.#identity.renew(message.payload);
        return this.socket.reply(pong(message.payload));
      case MessageType.Pong:
        return;
      case MessageType.Subscribe:
        return this.#subscribe(message.id, message.payload);
      case MessageType.Complete:
        return this.#completed(message.id);
      default:
        return this.socket.close(CLOSE_CODES.badRequest);
    }
  }

  /** The socket has closed. */
  end(): void {
    const operations = this.#operations;
    this.#operations = NONE;
    for (const operation of operations) operation.end();
  }

  finished(flow: Operation): void {
    this.#running -= 1;
    void this.#complete(flow);
  }

  async #connect(payload: unknown): Promise<void> {
    if (this.#stage !== 'new') return this.socket.close(CLOSE_CODES.secondInit);
    this.#stage = 'connecting';
    if (!(await this.#identity.connect(payload))) return;
    this.#stage = 'acknowledged';
    await this.socket.send(ACKNOWLEDGED);
  }

  async #subscribe(id: string, payload: SubscribePayload): Promise<void> {
    const { operationIdCharactersMax, operationsPerSocketMax } = this.#parts.limits;
    if (this.#stage !== 'acknowledged') return this.socket.close(CLOSE_CODES.unauthorized);
    if (id.length > operationIdCharactersMax) return this.socket.close(CLOSE_CODES.badRequest);
    if (this.#find(id) !== undefined) return this.socket.close(CLOSE_CODES.idInUse);
    if (this.#running >= operationsPerSocketMax) {
      return this.#tellErrors(id, [
        refusal(`A socket carries at most ${operationsPerSocketMax} operations at once.`, 'TOO_COSTLY'),
      ]);
    }
    const pending = new PendingOperation(id);
    this.#operations = this.#operations.concat(pending);
    this.#running += 1;
    const stream = await this.#run(pending, payload);
    if (stream !== null && !pending.isEnded) return this.#flow(pending, stream);
    this.#running -= 1;
    await stream?.return();
  }

  /** Resolves when it has been answered, or to the answers of a subscription that has begun. */
  async #run(pending: PendingOperation, payload: SubscribePayload): Promise<ResponseStream | null> {
    const { engine } = this.#parts;
    const prepared = this.#prepare(payload);
    if (!('document' in prepared)) {
      this.#remove(pending);
      if (!pending.isEnded) await this.#tellErrors(pending.id, prepared);
      return null;
    }
    const result = isSubscription(prepared) ? await engine.subscribe(prepared) : await engine.execute(prepared);
    if (result instanceof ResponseStream) return result;
    await this.#answer(pending, result);
    return null;
  }

  /** What to execute, or why not. */
  #prepare({ query, operationName, variables }: SubscribePayload): ExecutionArgs | readonly GraphQLError[] {
    const { engine, services } = this.#parts;
    const { viewer } = this.#identity;
    try {
      const document = engine.parse(query, { viewer, connection: this.socket, services });
      const errors = engine.validate(engine.schema, document);
      if (errors.length > 0) return this.#refused(errors);
      if (!getOperationAST(document, operationName)) {
        return [refusal('The document has no such operation, or several and none was named.', 'BAD_USER_INPUT')];
      }
      const contextValue = createContext(services, viewer, this.socket);
      const variableValues = variables ?? {};
      return { schema: engine.schema, document, operationName: operationName ?? null, variableValues, contextValue };
    } catch (error) {
      return this.#refused([error]);
    }
  }

  #refused(errors: readonly unknown[]): readonly GraphQLError[] {
    const { engine, services } = this.#parts;
    const { requestId, clientAddress } = this.socket;
    try {
      services.accounts.countRead(this.#identity.viewer, clientAddress);
      return errors.map((error) => engine.maskError(error, requestId));
    } catch (error) {
      return [engine.maskError(error, requestId)];
    }
  }

  async #answer(pending: PendingOperation, result: ExecutionResult): Promise<void> {
    if (!pending.isEnded) await this.socket.send(nextMessage(new Payload(result), new NextEnd(pending.id)));
    if (!pending.isEnded) await this.#complete(pending);
  }

  #flow(pending: PendingOperation, responses: ResponseStream): void {
    const flow = new ResponseFlow(pending.id, responses, this);
    this.#operations = this.#operations.map((operation) => (operation === pending ? flow : operation));
    flow.start();
  }

  /** The client wants no more of it. What runs goes on, and nobody is told of it; the id is free. */
  #completed(id: string): void {
    const operation = this.#find(id);
    if (operation === undefined) return;
    this.#remove(operation);
    operation.end();
    if (operation instanceof ResponseFlow) this.#running -= 1;
  }

  async #complete(operation: Operation): Promise<void> {
    this.#remove(operation);
    await this.socket.send(JSON.stringify({ id: operation.id, type: MessageType.Complete }));
  }

  async #tellErrors(id: string, errors: readonly GraphQLError[]): Promise<void> {
    await this.socket.reply(JSON.stringify({ id, type: MessageType.Error, payload: errors }));
  }

  #find(id: string): Operation | undefined {
    return this.#operations.find((operation) => operation.id === id);
  }

  #remove(operation: Operation): void {
    this.#operations = this.#operations.filter((one) => one !== operation);
  }
}

const NONE: readonly never[] = [];
const ACKNOWLEDGED = JSON.stringify({ type: MessageType.ConnectionAck });

const pong = (payload: Record<string, unknown> | undefined): string =>
  JSON.stringify({ type: MessageType.Pong, ...(payload ? { payload } : {}) });

/** Null for what is none. */
function messageOf(text: string): Message | null {
  try {
    return parseMessage(text);
  } catch {
    return null;
  }
}

const isSubscription = ({ document, operationName }: ExecutionArgs): boolean =>
  getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;

const refusal = (message: string, code: string): GraphQLError => new GraphQLError(message, { extensions: { code } });
