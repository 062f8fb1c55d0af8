import type { Command } from '../domain/command.ts';
import { newCommandId, type UserId } from '../domain/identifier.ts';
import type { Message } from '../domain/message.ts';
import { messageOrThrow } from '../domain/outcome.ts';
import type { Submissions } from '../sequencer/submissions.ts';
import { NO_TRACER, type Tracer } from '../telemetry/tracer.ts';

type Body<C> = C extends Command ? Omit<C, 'id' | 'actorId' | 'at' | 'origin'> : never;

/** Told of a command's end: `accepted`, or the code that its sender got. */
export type Answered = (kind: Command['kind'], outcome: string, seconds: number) => void;

export interface CommandsOptions {
  readonly submissions: Submissions;
  readonly answered?: Answered;
  readonly tracer?: Tracer;
  readonly now?: () => number;
}

/** Puts commands into the log: whatever nothing after the append may decide is fixed here. */
export class Commands {
  readonly #submissions: Submissions;
  readonly #answered: Answered;
  readonly #tracer: Tracer;
  readonly #now: () => number;

  constructor({ submissions, answered, tracer, now }: CommandsOptions) {
    this.#submissions = submissions;
    this.#answered = answered ?? (() => {});
    this.#tracer = tracer ?? NO_TRACER;
    this.#now = now ?? Date.now;
  }

  /** The message that it was about, if any; a refusal is thrown. `at` is given by imports only. */
  async run(actorId: UserId, body: Body<Command>, at = this.#now()): Promise<Message | null> {
    const span = this.#tracer.root(`command ${body.kind}`);
    const command: Command = {
      ...{ ...body, id: newCommandId(), actorId, at, origin: this.#submissions.node },
      ...(span === null ? {} : { trace: span.context }),
    };
    const startedAt = performance.now();
    let outcome = 'UNAVAILABLE';
    try {
      const told = await this.#submissions.submit(command);
      outcome = told.accepted ? 'accepted' : told.refusal.code;
      return messageOrThrow(told);
    } finally {
      span?.end();
      this.#answered(command.kind, outcome, (performance.now() - startedAt) / 1_000);
    }
  }
}
