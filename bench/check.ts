import type { Results } from './results.ts';
import { THRESHOLDS, type Threshold } from './thresholds.ts';

export interface Verdict {
  readonly threshold: Threshold;
  readonly measured: number;
  readonly atMost: number;
  readonly isMet: boolean;
  /** Null where the threshold has none, or it was not measured. */
  readonly floor: number | null;
}

/** Compares what was measured; a threshold without all of its measurements has no verdict. */
export function verdictsOf(results: Results, thresholds: readonly Threshold[] = THRESHOLDS): readonly Verdict[] {
  return thresholds.flatMap((threshold) => {
    const [measured, atMost] = [threshold.measured(results), threshold.atMost(results)];
    if (measured === null || atMost === null) return [];
    const floor = threshold.floor?.(results) ?? null;
    return [{ threshold, measured, atMost, isMet: measured <= atMost, floor }];
  });
}

export function describeVerdict({ threshold, measured, atMost, isMet }: Verdict): string {
  const figure = (value: number) => `${value.toFixed(threshold.digits)} ${threshold.unit}`.trim();
  return `${isMet ? 'met   ' : 'missed'}  ${threshold.title}: ${figure(measured)}, at most ${figure(atMost)}`;
}

/** True where something was compared and all of it holds, and every trial of the results measured something. */
export function isPassed(verdicts: readonly Verdict[], results: Results): boolean {
  return verdicts.length > 0 && verdicts.every(({ isMet }) => isMet) && results.failures.length === 0;
}
