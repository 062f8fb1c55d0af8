interface Operation {
  /** The client has said that it wants no more of it. */
  completed: boolean;
  readonly ended: Promise<void>;
}

interface Message {
  readonly type: unknown;
  readonly id: unknown;
}

/** What graphql-ws throws for instead of closing with 4400. */
const SERVER_TYPES: ReadonlySet<unknown> = new Set(['connection_ack', 'next', 'error']);

export interface IncomingOptions {
  /** graphql-ws. For a `subscribe` it resolves when the operation has ended. */
  readonly handle: (frame: string) => Promise<void>;
  /** Called for a message that only servers may send. */
  readonly refuse: () => void;
  /** Called for a new operation with the id of one that has not been completed. */
  readonly refuseId: () => void;
}

/**
 * A socket's frames on their way to graphql-ws, which lets go of an operation's id when the client completes it, but
 * has work left on that operation: a new one that takes the same id meanwhile would get the old one's end. So it waits
 * until the old one has ended.
 */
export class Incoming {
  readonly #options: IncomingOptions;
  readonly #operations = new Map<string, Operation>();

  constructor(options: IncomingOptions) {
    this.#options = options;
  }

  async take(frame: string): Promise<void> {
    const { type, id } = messageOf(frame);
    if (SERVER_TYPES.has(type)) return this.#options.refuse();
    const known = typeof id === 'string' ? this.#operations.get(id) : undefined;
    if (type === 'complete' && known !== undefined) known.completed = true;
    if (type !== 'subscribe' || typeof id !== 'string') return this.#options.handle(frame);
    // graphql-ws does not know yet of one that waits.
    if (known?.completed === false) return this.#options.refuseId();
    const ended = Promise.withResolvers<void>();
    const operation: Operation = { completed: false, ended: ended.promise };
    this.#operations.set(id, operation);
    try {
      if (known !== undefined) await known.ended;
      if (!operation.completed) await this.#options.handle(frame);
    } finally {
      if (this.#operations.get(id) === operation) this.#operations.delete(id);
      ended.resolve();
    }
  }
}

/** Whatever is no message at all is left to graphql-ws to refuse. */
function messageOf(frame: string): Message {
  try {
    const message: unknown = JSON.parse(frame);
    if (typeof message !== 'object' || message === null) return NOTHING;
    return { type: 'type' in message ? message.type : null, id: 'id' in message ? message.id : null };
  } catch {
    return NOTHING;
  }
}

const NOTHING: Message = { type: null, id: null };
