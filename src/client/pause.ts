/** A wait that can be ended early. */
export class Pause {
  readonly #over = Promise.withResolvers<void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  for(ms: number): Promise<void> {
    this.#timer = setTimeout(() => this.end(), ms);
    return this.#over.promise;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#over.resolve();
  }
}
