import type { Answer } from './answer.ts';

interface RecentAnswersOptions {
  /** How long an answer is given again: at least so long, and less than twice. */
  readonly keptMs: number;
  /** Answers kept at most. */
  readonly answersMax: number;
  /** All of them together as JSON. */
  readonly charactersMax: number;
}

type Generation = Map<object, Map<object, Answer>>;

/**
 * Answers to events that readers may still ask for: those who were busy when it passed, and those who resume together.
 * Kept for a moment only, in two generations, so that nothing is swept and nobody's clock is asked for each.
 */
export class RecentAnswers {
  readonly #options: RecentAnswersOptions;
  #young: Generation = new Map();
  #old: Generation = new Map();
  #answers = 0;
  #characters = 0;
  #since = performance.now();

  constructor(options: RecentAnswersOptions) {
    this.#options = options;
  }

  get(event: object, operation: object): Answer | null {
    return this.#young.get(event)?.get(operation) ?? this.#old.get(event)?.get(operation) ?? null;
  }

  add(event: object, operation: object, answer: Answer): void {
    this.#age();
    const answers = this.#young.get(event);
    if (answers === undefined) this.#young.set(event, new Map([[operation, answer]]));
    else answers.set(operation, answer);
    this.#answers += 1;
  }

  /** An answer that was added has come to so many characters. */
  weigh(characters: number): void {
    this.#characters += characters;
  }

  #age(): void {
    const now = performance.now();
    const ageMs = now - this.#since;
    const { keptMs, answersMax, charactersMax } = this.#options;
    const isFull = this.#answers >= answersMax / 2 || this.#characters >= charactersMax / 2;
    if (ageMs < keptMs && !isFull) return;
    this.#old = ageMs < 2 * keptMs ? this.#young : new Map();
    this.#young = new Map();
    this.#answers = 0;
    this.#characters = 0;
    this.#since = now;
  }
}
