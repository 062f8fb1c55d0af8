import type { PendingAppend } from '../domain/sequencer.ts';

/** Whether the database took a command that has been given already. */
export class SqliteAppend implements PendingAppend {
  readonly ended: Promise<void>;
  readonly #end: () => void;
  #isLost = false;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#end = resolve;
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  end({ isLost }: { readonly isLost: boolean }): void {
    this.#isLost = isLost;
    this.#end();
  }
}
