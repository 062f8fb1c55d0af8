/** An operation of a socket, under the id that its client gave it. */
export interface Operation {
  readonly id: string;
  /** Its client wants no more of it, or has gone. */
  end(): void;
}

/** A query or mutation that runs, or a subscription that begins. */
export class PendingOperation implements Operation {
  readonly id: string;
  #isEnded = false;

  constructor(id: string) {
    this.id = id;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  end(): void {
    this.#isEnded = true;
  }
}
