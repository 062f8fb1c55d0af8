/**
 * Every code with which a node closes a WebSocket. `retry` says whether clients of graphql-transport-ws connect again
 * by themselves: the protocol's own 44xx codes mean a client that is wrong and will be wrong again, so whatever the
 * client is not to blame for has another code.
 */
export const CLOSE_CODES = Object.freeze({
  /** The node stops; connect again, to any node. */
  draining: { code: 1012, reason: 'Service restart', retry: true },
  /** The frame is not a message of the protocol, or its operation id is longer than 64 characters. */
  badRequest: { code: 4400, reason: 'Invalid message received', retry: false },
  /** An operation before the connection was acknowledged. */
  unauthorized: { code: 4401, reason: 'Unauthorized', retry: false },
  /** The access token is bad, has expired, or its session was logged out: refresh it, then connect again. */
  forbidden: { code: 4403, reason: 'Forbidden', retry: true },
  subprotocol: { code: 4406, reason: 'Subprotocol not acceptable', retry: false },
  initTimeout: { code: 4408, reason: 'Connection initialisation timeout', retry: true },
  idInUse: { code: 4409, reason: 'Subscriber already exists', retry: false },
  /** The client takes less than it subscribed to: connect again and resume. */
  tooSlow: { code: 4410, reason: 'Too slow: resume', retry: true },
  /** More frames a second than a client has reason to send. */
  tooManyFrames: { code: 4420, reason: 'Too many messages: slow down', retry: true },
  secondInit: { code: 4429, reason: 'Too many initialisation requests', retry: false },
  /** The user holds as many sockets and streams on this node as one may. */
  tooManySockets: { code: 4430, reason: 'Too many sockets', retry: true },
  /** A fault of the node's own; nothing that the client did. */
  internal: { code: 4510, reason: 'Internal error: try again', retry: true },
});

export type CloseCode = (typeof CLOSE_CODES)[keyof typeof CLOSE_CODES];
