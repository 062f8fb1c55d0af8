import type { Results } from '../results.ts';
import type { SuiteName } from '../suites/suites.ts';
import type { TargetName } from '../targets.ts';
import type { MetricName } from './metrics.ts';
import type { Summary } from './statistics.ts';

/** A number made of results; null where what it needs was not measured. */
export type Figure = (results: Results) => number | null;

export const figure =
  (suite: SuiteName, caseName: string, target: TargetName, metric: MetricName, of: keyof Summary = 'median'): Figure =>
  (results) =>
    results.of(suite, caseName, target, metric)?.[of] ?? null;

export const times =
  (factor: number, of: Figure): Figure =>
  (results) =>
    mapped(of(results), (value) => factor * value);

export const above =
  (more: number, of: Figure): Figure =>
  (results) =>
    mapped(of(results), (value) => value + more);

/** The largest in relation to the smallest: 1 where all are equal. No cost is nothing or less: where noise says so, nothing is known to be level. */
export const level =
  (figures: readonly Figure[]): Figure =>
  (results) => {
    const values = figures.map((of) => of(results)).filter((value) => value !== null);
    if (values.length < figures.length) return null;
    const smallest = Math.min(...values);
    return smallest > 0 ? Math.max(...values) / smallest : Number.POSITIVE_INFINITY;
  };

const MEMBERS = 100;

/** CPU of one more delivery of a message: what a group of 100 costs above a group of one, over the 99 others. */
export const marginalPerDelivery = (target: TargetName): Figure =>
  marginal(
    MEMBERS,
    figure('fan-out', 'steady', target, 'cpuPerDeliveryMicros'),
    figure('fan-out', 'publish', target, 'cpuPerDeliveryMicros'),
  );

/** The same for groups of any size, of the growth suite. */
export const marginalPerMember = (target: TargetName, members: number): Figure =>
  marginal(
    members,
    figure('growth', `10x${members}`, target, 'cpuPerDeliveryMicros'),
    figure('growth', '10x1', target, 'cpuPerDeliveryMicros'),
  );

const marginal =
  (members: number, ofGroup: Figure, ofOne: Figure): Figure =>
  (results) => {
    const [group, one] = [ofGroup(results), ofOne(results)];
    return group === null || one === null ? null : (members * group - one) / (members - 1);
  };

const mapped = (value: number | null, map: (value: number) => number): number | null =>
  value === null ? null : map(value);
