import { describe, expect, it } from 'vitest';
import { isPassed, verdictsOf } from '../../bench/check.ts';
import type { Values } from '../../bench/measure/metrics.ts';
import { barChart } from '../../bench/report/chart.ts';
import { renderPage } from '../../bench/report/page.ts';
import { rowsOf } from '../../bench/report/rows.ts';
import { type Measurement, Results, type SuiteResults } from '../../bench/results.ts';
import { FAN_OUT } from '../../bench/suites/fan-out.ts';
import type { Table } from '../../bench/suites/suite.ts';
import type { SuiteName } from '../../bench/suites/suites.ts';
import type { TargetName } from '../../bench/targets.ts';

const MACHINE = { system: 'Linux 6', processors: '2 × a', memoryGigabytes: 8, node: 'v24', loadBefore: 0 };

const measured = (caseName: string, target: TargetName, ...repeats: readonly Values[]): readonly Measurement[] =>
  repeats.map((values, index) => ({ case: caseName, target, repeat: index + 1, values }));

const results = (suite: SuiteName, measurements: readonly Measurement[]): Results => {
  const known: SuiteResults = {
    ...{ suite, at: '2026-01-02T03:04:05.000Z', machine: MACHINE, isQuick: false, leftOut: {} },
    measurements,
  };
  return new Results([known]);
};

const steady = (parley: number, raw: number): Results =>
  results('fan-out', [
    ...measured(
      'steady',
      'parley',
      { cpuPerDeliveryMicros: 99 },
      { cpuPerDeliveryMicros: parley },
      { cpuPerDeliveryMicros: 1 },
    ),
    ...measured('steady', 'raw', { cpuPerDeliveryMicros: raw }),
  ]);

describe('the check', () => {
  it('compares medians with what is allowed', () => {
    const [verdict, ...others] = verdictsOf(steady(13, 10));
    expect(verdict).toMatchObject({ measured: 13, atMost: 13, isMet: true });
    expect(others).toEqual([]);
    expect(isPassed(verdictsOf(steady(13, 10)), steady(13, 10))).toBe(true);
  });

  it('fails where one is missed', () => {
    const missed = steady(13.1, 10);
    expect(verdictsOf(missed)).toMatchObject([{ isMet: false }]);
    expect(isPassed(verdictsOf(missed), missed)).toBe(false);
  });

  // It was met: the largest in relation to one below nothing is below any bound.
  it('fails where noise has a delivery cost less than nothing', () => {
    const growth = (ten: number): Results =>
      results('growth', [
        ...measured('10x1', 'parley', { cpuPerDeliveryMicros: 1_000 }),
        ...measured('10x10', 'parley', { cpuPerDeliveryMicros: ten }),
        ...measured('10x30', 'parley', { cpuPerDeliveryMicros: 43 }),
        ...measured('10x100', 'parley', { cpuPerDeliveryMicros: 19.9 }),
      ]);
    expect(verdictsOf(growth(109))).toMatchObject([{ isMet: true }]);
    expect(verdictsOf(growth(90))).toMatchObject([{ measured: Number.POSITIVE_INFINITY, isMet: false }]);
  });

  it('fails where a trial measured nothing, and where nothing was measured', () => {
    const failed: Measurement = { case: 'steady', target: 'yoga', repeat: 1, values: {}, failed: 'it ended' };
    const partly = results('fan-out', [...(steady(1, 10).suite('fan-out')?.measurements ?? []), failed]);
    expect(verdictsOf(partly)).toHaveLength(1);
    expect(isPassed(verdictsOf(partly), partly)).toBe(false);
    expect(isPassed([], new Results([]))).toBe(false);
  });

  it('takes what one more delivery costs from a group of 100 and a group of one', () => {
    const of = (target: TargetName, group: number, one: number) => [
      ...measured('steady', target, { cpuPerDeliveryMicros: group }),
      ...measured('publish', target, { cpuPerDeliveryMicros: one }),
    ];
    const both = results('fan-out', [...of('parley', 10, 505), ...of('raw', 10, 208)]);
    const marginal = verdictsOf(both).find(({ threshold }) => threshold.title.includes('one more delivery'));
    expect(marginal?.measured).toBeCloseTo((1_000 - 505) / 99);
    expect(marginal?.atMost).toBeCloseTo((1.1 * (1_000 - 208)) / 99);
  });
});

describe('the page', () => {
  const [table] = FAN_OUT.tables as [Table];
  const rows = rowsOf(steady(13, 10), 'fan-out', table);

  it('has a row for each server that was measured, with the range of its repeats', () => {
    const { markdown, charts } = renderPage(steady(13, 10), verdictsOf(steady(13, 10)));
    expect(markdown).toContain('| **Parley** | 13.00 (1.00–99.00) |');
    expect(markdown).toContain('| raw ws | 10.00 |');
    expect(markdown).toContain('](performance/fan-out-steady.svg)');
    expect([...charts.keys()]).toEqual(['fan-out-steady.svg']);
    expect(markdown).not.toContain('Mercurius |');
  });

  it('shows beside a threshold what the raw server takes that stores first, where that was measured', () => {
    const { measurements = [] } = steady(13, 10).suite('fan-out') ?? {};
    const stored = measured('steady', 'raw-stored', { cpuPerDeliveryMicros: 12.5 });
    const both = results('fan-out', [...measurements, ...stored]);
    expect(renderPage(both, verdictsOf(both)).markdown).toContain('| 13.00 µs | 13.00 µs | yes | 12.50 µs |');
    const alone = steady(13, 10);
    expect(renderPage(alone, verdictsOf(alone)).markdown).toContain('| 13.00 µs | 13.00 µs | yes |  |');
  });

  it('draws bars as long as the medians', () => {
    const widths = [...barChart('A & B', rows, 'cpuPerDeliveryMicros').matchAll(/<rect [^>]*width="([\d.]+)"/g)];
    const [parley, raw] = widths.map(([, width]) => Number(width));
    expect((parley as number) / (raw as number)).toBeCloseTo(1.3, 1);
    expect(barChart('A & B', rows, 'cpuPerDeliveryMicros')).toContain('A &amp; B');
  });
});
