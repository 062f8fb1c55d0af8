/** A send that the node has acknowledged. */
export interface Acknowledged {
  readonly id: string;
  /** Null in an EPHEMERAL channel. */
  readonly sequence: number | null;
  readonly text: string;
}

/** An event as a member's stream or the history shows it: `id` and `text` where it is a message. */
export interface Seen {
  readonly sequence: number | null;
  readonly id?: string;
  readonly text?: string;
}

export interface Evidence {
  readonly acknowledged: readonly Acknowledged[];
  /** By reader: what each saw, in the order in which it came. */
  readonly streams: Readonly<Record<string, readonly Seen[]>>;
  /** All messages of the channel, oldest first. */
  readonly history: readonly Seen[];
  /** Every text that anybody may have sent, acknowledged or not. */
  readonly attempted: ReadonlySet<string>;
  /** The sequence after which the streams began. */
  readonly after: number;
}

const SHOWN_MAX = 20;

/** What is wrong: nothing, where every acknowledged message came to each reader and into history once, in one order for all. */
export function check(evidence: Evidence): readonly string[] {
  const faults: string[] = [];
  const sequences = new Map<string, number | null>();
  for (const { id, sequence } of evidence.acknowledged) {
    const other = sequences.get(id);
    if (other !== undefined && other !== sequence) faults.push(`${id} was acknowledged as ${other} and as ${sequence}`);
    sequences.set(id, sequence);
  }
  for (const [reader, seen] of Object.entries(evidence.streams)) {
    faults.push(...contiguous(reader, seen, evidence.after), ...complete(reader, seen, evidence));
  }
  faults.push(...rising('history', evidence.history), ...complete('history', evidence.history, evidence));
  faults.push(...agreeing(evidence));
  return faults.length > SHOWN_MAX ? [...faults.slice(0, SHOWN_MAX), `and ${faults.length - SHOWN_MAX} more`] : faults;
}

function contiguous(reader: string, seen: readonly Seen[], after: number): string[] {
  const faults: string[] = [];
  let newest = after;
  for (const { sequence } of seen) {
    if (sequence === null) continue;
    if (sequence !== newest + 1) faults.push(`${reader}: ${sequence} follows ${newest}`);
    newest = sequence;
  }
  return faults;
}

function rising(reader: string, seen: readonly Seen[]): string[] {
  const sequences = seen.map(({ sequence }) => sequence ?? 0);
  return sequences.flatMap((sequence, index) => {
    const before = sequences[index - 1] ?? 0;
    return sequence > before ? [] : [`${reader}: ${sequence} follows ${before}`];
  });
}

function complete(reader: string, seen: readonly Seen[], { acknowledged, attempted }: Evidence): string[] {
  const faults: string[] = [];
  const byId = Map.groupBy(
    seen.filter(({ id }) => id !== undefined),
    ({ id }) => id ?? '',
  );
  for (const { id, sequence, text } of acknowledged) {
    const [first] = byId.get(id) ?? [];
    if (first === undefined) faults.push(`${reader}: lost ${sequence} ${text.slice(0, 40)}`);
    else if (first.sequence !== sequence)
      faults.push(`${reader}: ${id} is ${first.sequence}, acknowledged as ${sequence}`);
    else if (first.text !== text) faults.push(`${reader}: ${sequence} has another text`);
  }
  for (const [id, repeats] of byId) {
    if (repeats.length > 1) faults.push(`${reader}: ${id} came ${repeats.length} times`);
    const text = repeats[0]?.text;
    if (text !== undefined && !attempted.has(text)) faults.push(`${reader}: nobody sent ${text.slice(0, 40)}`);
  }
  return faults;
}

/** One order for all: the same message at the same sequence for every reader. */
function agreeing({ streams, history }: Evidence): string[] {
  const faults: string[] = [];
  const idBySequence = new Map<number, string>();
  for (const [reader, seen] of [...Object.entries(streams), ['history', history] as const]) {
    for (const { sequence, id } of seen) {
      if (sequence === null || id === undefined) continue;
      const other = idBySequence.get(sequence);
      if (other !== undefined && other !== id)
        faults.push(`${reader}: ${sequence} is ${id}, for others it is ${other}`);
      idBySequence.set(sequence, id);
    }
  }
  return faults;
}
