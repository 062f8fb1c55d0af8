import { METRICS, type MetricName } from '../measure/metrics.ts';
import type { Summary } from '../measure/statistics.ts';

export const formatNumber = (value: number, digits: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** `median (min–max)`, or the one value where all repeats gave the same. */
export function formatSummary({ min, median, max }: Summary, metric: MetricName): string {
  const [low, middle, high] = [min, median, max].map((value) => formatNumber(value, METRICS[metric].digits));
  return low === high ? `${middle}` : `${middle} (${low}–${high})`;
}

/** `CPU a delivery, µs` */
export function titleOf(metric: MetricName): string {
  const { title, unit } = METRICS[metric];
  return unit === '' ? title : `${title}, ${unit}`;
}
