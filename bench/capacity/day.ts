const HOURS = 24;
export const DAY_SECONDS = HOURS * 3_600;

/** How much goes on at each full hour of a region's own time, as a share of its busiest. */
const BY_HOUR: readonly number[] = [
  ...[0.4, 0.22, 0.14, 0.1, 0.1, 0.13, 0.25, 0.45, 0.6, 0.65, 0.68, 0.72],
  ...[0.8, 0.78, 0.72, 0.7, 0.72, 0.78, 0.86, 0.95, 1, 0.96, 0.82, 0.6],
];

export const PEAK_SECOND = 20 * 3_600;

/** Between the full hours it is straight; the day begins again after 24 hours. */
export function activityAt(second: number): number {
  const hours = ((((second / 3_600) % HOURS) + HOURS) % HOURS) as number;
  const hour = Math.floor(hours);
  const [from, to] = [BY_HOUR[hour] as number, BY_HOUR[(hour + 1) % HOURS] as number];
  return from + (to - from) * (hours - hour);
}

/** Of the whole day, as a share of its busiest moment. */
export const MEAN_ACTIVITY = BY_HOUR.reduce((sum, share) => sum + share, 0) / HOURS;
