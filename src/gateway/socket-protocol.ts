import { GraphQLError, getOperationAST } from 'graphql';
import { type Context, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import type { Limits } from '../config/limits.ts';
import { ParleyError } from '../domain/error.ts';
import { createContext } from '../graphql/context.ts';
import type { Engine } from '../graphql/engine.ts';
import { ResponseStream } from '../graphql/response-stream.ts';
import type { Services } from '../services/services.ts';
import type { Hub } from '../stream/hub.ts';
import type { Logger } from '../telemetry/logs.ts';
import type { Admission } from './admission.ts';
import { authenticatePayload } from './authentication.ts';
import { CLOSE_CODES } from './close-codes.ts';
import { ResponseFlow } from './response-flow.ts';
import type { Socket } from './socket.ts';

export interface SocketProtocolOptions {
  readonly engine: Engine;
  readonly services: Services;
  readonly hub: Hub;
  readonly admission: Admission;
  readonly limits: Limits;
  readonly logger: Logger;
}

export interface SocketExtra extends Record<PropertyKey, unknown> {
  readonly socket: Socket;
}

type SocketContext = Context<Record<string, unknown>, SocketExtra>;

/**
 * graphql-transport-ws. Nothing in a hook may throw: graphql-ws would close the socket with 4500, and clients never
 * come back from that.
 */
export function createSocketProtocol(options: SocketProtocolOptions): Server<SocketExtra> {
  const { engine, limits, services } = options;
  return makeServer<Record<string, unknown>, SocketExtra>({
    connectionInitWaitTimeout: limits.connectionInitMs,
    onConnect: (context) => connect(context, options),
    onPing: (context, payload) => renew(context, payload, options),
    onSubscribe: (context, id, payload) => prepare(context, id, payload, options),
    execute: (args) => engine.execute(args),
    subscribe: (args) => engine.subscribe(args),
    onOperation: ({ extra: { socket } }, id, _payload, _args, result) =>
      result instanceof ResponseStream ? new ResponseFlow(result, socket, id) : undefined,
    context: ({ extra: { socket } }) => createContext(services, socket.viewer, socket),
  });
}

async function connect(
  { connectionParams, subscriptions, extra: { socket } }: SocketContext,
  { services, hub, admission, logger }: SocketProtocolOptions,
): Promise<boolean> {
  // Of an operation that streams, its results stand there.
  socket.isAnswering = () => Object.values(subscriptions).includes(null);
  const authenticate = () => authenticatePayload(connectionParams, (token) => services.accounts.authenticate(token));
  try {
    const viewer = await authenticate();
    if (viewer === null) return true;
    const leave = admission.enterAs(viewer.userId);
    if (leave === null) {
      socket.close(CLOSE_CODES.tooManySockets);
      return false;
    }
    socket.onClose(leave);
    await socket.watch.start(hub, services.accounts, viewer);
    // Nobody has heard a log-out from before the watch.
    await authenticate();
    socket.identify(viewer);
    if (socket.isOpen) socket.onClose(services.presence.connected(viewer.userId));
    return true;
  } catch (error) {
    refuse(socket, error, logger);
    return false;
  }
}

/** Clients refresh their token and come back after 4403; a fault of the node's own is no reason to. */
function refuse(socket: Socket, error: unknown, logger: Logger): void {
  const isClientsFault = error instanceof ParleyError && error.code === 'UNAUTHENTICATED';
  if (!isClientsFault) logger.error({ requestId: socket.requestId, err: error }, 'could not authenticate a socket');
  socket.close(isClientsFault ? CLOSE_CODES.forbidden : CLOSE_CODES.internal);
}

/** A ping that carries a newer token of the same user lengthens the socket's life. */
async function renew(
  { extra: { socket } }: SocketContext,
  payload: unknown,
  { services, logger }: SocketProtocolOptions,
): Promise<void> {
  try {
    const viewer = await authenticatePayload(payload, (token) => services.accounts.authenticate(token));
    if (viewer === null) return;
    if (viewer.userId !== socket.viewer?.userId) return socket.close(CLOSE_CODES.forbidden);
    socket.identify(viewer);
    socket.watch.renew(viewer);
  } catch (error) {
    refuse(socket, error, logger);
  }
}

function prepare(
  { subscriptions, extra: { socket } }: SocketContext,
  id: string,
  payload: SubscribePayload,
  { engine, limits, services }: SocketProtocolOptions,
) {
  if (id.length > limits.operationIdCharactersMax) {
    socket.close(CLOSE_CODES.badRequest);
    return [refusal('The operation id is too long.', 'BAD_USER_INPUT')];
  }
  if (Object.keys(subscriptions).length > limits.subscriptionsPerSocketMax) {
    return [refusal(`A socket carries at most ${limits.subscriptionsPerSocketMax} operations at once.`, 'TOO_COSTLY')];
  }
  try {
    const document = engine.parse(payload.query);
    const errors = engine.validate(engine.schema, document);
    if (errors.length > 0) return errors.map((error) => engine.maskError(error, socket.requestId));
    if (!getOperationAST(document, payload.operationName)) {
      return [refusal('The document has no such operation, or several and none was named.', 'BAD_USER_INPUT')];
    }
    return {
      schema: engine.schema,
      document,
      operationName: payload.operationName ?? null,
      variableValues: payload.variables ?? {},
      contextValue: createContext(services, socket.viewer, socket),
    };
  } catch (error) {
    return [engine.maskError(error, socket.requestId)];
  }
}

const refusal = (message: string, code: string): GraphQLError => new GraphQLError(message, { extensions: { code } });
