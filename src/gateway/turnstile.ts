/**
 * Lets so many through in one turn of the event loop; the others wait for the turns that follow, in their order. What many want at once is
 * spread so, and whoever wants something else has it done in between.
 */
export class Turnstile {
  readonly #perTurn: number;
  #left: number;
  #waiting: (() => void)[] = [];
  #turn: NodeJS.Immediate | null = null;

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
    this.#left = perTurn;
  }

  /** `act`, which must not throw, is called now or in a later turn. Whoever calls bounds how many wait. */
  pass(act: () => void): void {
    this.#turn ??= setImmediate(this.#next);
    if (this.#left === 0) {
      this.#waiting.push(act);
      return;
    }
    this.#left -= 1;
    act();
  }

  readonly #next = (): void => {
    const now = this.#waiting.splice(0, this.#perTurn);
    this.#left = this.#perTurn - now.length;
    this.#turn = now.length > 0 ? setImmediate(this.#next) : null;
    for (const act of now) act();
  };
}
