const EXACT_BELOW = 1_024;
const STEPS_PER_OCTAVE = 512;
const OCTAVES = 40;

/** Counts microseconds: exact below 1,024, to 0.2% above. */
export class Histogram {
  readonly #counts = new Uint32Array(EXACT_BELOW + STEPS_PER_OCTAVE * OCTAVES);
  #total = 0;
  #max = 0;

  add(micros: number): void {
    const value = micros < 0 ? 0 : Math.trunc(micros);
    const bucket = bucketOf(value);
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#total += 1;
    if (value > this.#max) this.#max = value;
  }

  get total(): number {
    return this.#total;
  }

  get maxMillis(): number {
    return this.#max / 1_000;
  }

  /** The value that a share of all is at or below, in milliseconds. 0 where nothing was counted. */
  quantileMillis(share: number): number {
    const wanted = Math.max(1, Math.round(share * this.#total));
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (count > 0 && seen >= wanted) return lowestOf(bucket) / 1_000;
    }
    return 0;
  }
}

function bucketOf(micros: number): number {
  if (micros < EXACT_BELOW) return micros;
  const octave = Math.floor(Math.log2(micros)) - 9;
  const bucket = EXACT_BELOW + (octave - 1) * STEPS_PER_OCTAVE + Math.floor(micros / 2 ** octave) - STEPS_PER_OCTAVE;
  return Math.min(bucket, EXACT_BELOW + STEPS_PER_OCTAVE * OCTAVES - 1);
}

function lowestOf(bucket: number): number {
  if (bucket < EXACT_BELOW) return bucket;
  const octave = Math.floor((bucket - EXACT_BELOW) / STEPS_PER_OCTAVE) + 1;
  return (((bucket - EXACT_BELOW) % STEPS_PER_OCTAVE) + STEPS_PER_OCTAVE) * 2 ** octave;
}
