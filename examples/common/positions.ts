interface ChannelPosition {
  readonly channelId: string;
  readonly sequence: number;
}

interface Event {
  readonly sequence?: number | null;
  readonly channel?: { readonly id?: string };
}

/** How far a subscription has come: in one channel where it began with a number, in several where it began with a list. */
export class Positions {
  #single: number | undefined;
  readonly #channels: Map<string, number> | null;

  constructor(after: unknown) {
    this.#single = typeof after === 'number' ? after : undefined;
    this.#channels = Array.isArray(after)
      ? new Map((after as readonly ChannelPosition[]).map(({ channelId, sequence }) => [channelId, sequence]))
      : null;
  }

  /** Where to go on, as the variable `after` has it. */
  get after(): number | readonly ChannelPosition[] | undefined {
    if (this.#channels === null) return this.#single;
    return Array.from(this.#channels, ([channelId, sequence]) => ({ channelId, sequence }));
  }

  /** The result of a subscription; its one root field is the event. */
  take(data: unknown): void {
    const [event] = Object.values((data ?? {}) as Readonly<Record<string, Event | null>>);
    const sequence = event?.sequence;
    // What takes no position does not move it: typing, checkpoints.
    if (sequence === null || sequence === undefined) return;
    this.#single = sequence;
    const id = event?.channel?.id;
    if (id !== undefined) this.#channels?.set(id, sequence);
  }
}
