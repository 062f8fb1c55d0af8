export interface Summary {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Null where there are none. Of an even number the lower middle one: a value that was measured. */
export function summarise(values: readonly number[]): Summary | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, median, max] = [sorted[0], sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
  return min === undefined || median === undefined || max === undefined ? null : { min, median, max };
}
