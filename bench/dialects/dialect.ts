/** Who sits at one socket. */
export interface Seat {
  readonly index: number;
  readonly group: string;
  /** Empty where a server knows no users. */
  readonly token: string;
  readonly operationId: string;
  /** The newest sequence that the client has seen, to resume from; null to start live. */
  readonly after: number | null;
}

export interface Publication {
  readonly group: string;
  readonly token: string;
  readonly body: string;
  readonly nonce: string;
}

/** What a frame or line without a message of the bench means. */
export type Meaning = 'acknowledged' | 'subscribed' | 'ping' | 'refused' | 'completed' | 'other';

/** How one server is spoken to. */
export interface Dialect {
  readonly socketPath: string;
  /** Of the WebSocket. */
  readonly subprotocol: string | null;
  /** The first frame. */
  initialise(seat: Seat): string;
  /** What follows the acknowledgement: the subscription, and what shows that it has been taken. */
  subscribe(seat: Seat): readonly string[];
  /** A frame may carry several of a protocol's messages. */
  meanings(frame: string): readonly Meaning[];
  /** The answer to a ping of the protocol's own. */
  readonly pong: string;
  /** Several messages may share a frame, on lines of their own; a ping is the line `{}`. */
  readonly joinsMessages: boolean;
  readonly httpPath: string;
  httpHeaders(token: string): Readonly<Record<string, string>>;
  httpBody(publication: Publication): string;
  /** A publish as an operation on an open socket; null where the server has none. */
  socketPublish: ((operationId: string, publication: Publication) => string) | null;
}
