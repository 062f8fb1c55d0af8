import type { ChannelPosition } from './event.ts';
import type { ClientStorage } from './storage.ts';
import { Throttle } from './throttle.ts';

const SAVE_EVERY_MS = 250;

/** How far an application has dealt with its events, kept for its next run. */
export class Progress {
  readonly #storage: ClientStorage;
  readonly #key: string;
  readonly #saving = new Throttle(SAVE_EVERY_MS);
  #positions = new Map<string, number>();

  constructor(storage: ClientStorage, userId: string) {
    this.#storage = storage;
    this.#key = `positions ${userId}`;
  }

  /** Null in the first run. */
  async load(): Promise<readonly ChannelPosition[] | null> {
    const stored = (await this.#storage.get(this.#key)) as readonly ChannelPosition[] | undefined;
    if (stored === undefined) return null;
    this.#positions = new Map(stored.map(({ channelId, sequence }) => [channelId, sequence]));
    return stored;
  }

  /** Of channels that are not known here yet, events come from these on; of those that are not among them none come any more. */
  begin(positions: readonly ChannelPosition[]): void {
    const begun = positions.map(
      ({ channelId, sequence }) => [channelId, this.#positions.get(channelId) ?? sequence] as const,
    );
    this.#positions = new Map(begun);
    this.#save();
  }

  handled({ channelId, sequence }: ChannelPosition): void {
    if (sequence <= (this.#positions.get(channelId) ?? -1)) return;
    this.#positions.set(channelId, sequence);
    this.#save();
  }

  close(): void {
    this.#saving.flush();
  }

  #save(): void {
    const write = () =>
      this.#storage.set(
        this.#key,
        Array.from(this.#positions, ([channelId, sequence]) => ({ channelId, sequence })),
      );
    // What could not be written is in the next one.
    this.#saving.run(() => void write().catch(() => {}));
  }
}
