export interface Skipped {
  readonly line: number;
  readonly reason: string;
}

/** A block of text: each reason with how many lines it left out, and which. */
export function describeSkipped(skipped: readonly Skipped[]): string {
  const byReason = Map.groupBy(skipped, ({ reason }) => reason);
  return [...byReason]
    .map(([reason, lines]) => `  ${lines.length} × ${reason}\n    lines ${ranges(lines.map(({ line }) => line))}`)
    .join('\n');
}

/** 3, 7-9, 12 */
function ranges(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((one, other) => one - other);
  const runs: [number, number][] = [];
  for (const number of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && number <= last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}
