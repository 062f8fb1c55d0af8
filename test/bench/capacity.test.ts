import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASSUMPTION_NAMES, type Assumed, assumedWith } from '../../bench/capacity/assumptions.ts';
import { activityAt, DAY_SECONDS, MEAN_ACTIVITY, PEAK_SECOND } from '../../bench/capacity/day.ts';
import { gatewaysPerMessage } from '../../bench/capacity/demand.ts';
import { calculate, publishedCosts, withReport } from '../../bench/capacity/page.ts';
import { simulateDay } from '../../bench/capacity/simulation.ts';
import { type Sizing, sizingOf } from '../../bench/capacity/sizing.ts';
import { unitCostsOf } from '../../bench/capacity/unit-costs.ts';
import { Results } from '../../bench/results.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const costs = unitCostsOf(new Results([]));
const COUNTED = [
  ...(['gateways', 'apiProcesses', 'sequencers', 'kafkaPartitions', 'redisShards', 'cassandraNodes'] as const),
  ...(['cassandraTerabytesPerYear', 'kafkaTerabytes', 'gatewayMemoryGigabytes'] as const),
] satisfies readonly (keyof Sizing)[];

const assumptions = fc.record({
  dailyUsers: fc.integer({ min: 1_000, max: 200_000_000 }),
  sendsPerDay: fc.integer({ min: 1, max: 200 }),
  recipients: fc.integer({ min: 1, max: 99 }),
  onlineAtPeak: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
});

describe('a size', () => {
  it.each(['dailyUsers', 'sendsPerDay', 'recipients', 'onlineAtPeak'] as const)(
    'does not shrink with more %s',
    (name) => {
      fc.assert(
        fc.property(assumptions, fc.double({ min: 1, max: 3, noNaN: true }), (changes, factor) => {
          const [less, more] = [changes, { ...changes, [name]: changes[name] * factor }].map((changed) =>
            sizingOf(assumedWith(changed), costs),
          ) as [Sizing, Sizing];
          for (const counted of COUNTED) expect(more[counted], counted).toBeGreaterThanOrEqual(less[counted]);
        }),
      );
    },
  );

  it('leaves the gateways of all but the spare regions below the wanted share of a processor, and with seats for all', () => {
    fc.assert(
      fc.property(assumptions, fc.integer({ min: 2, max: 6 }), (changes, regions) => {
        const assumed = assumedWith({ ...changes, regions, regionsSpare: 1 });
        const { gateways, demand } = sizingOf(assumed, costs);
        expect(gateways % regions).toBe(0);
        expect(demand.sockets / ((gateways * (regions - 1)) / regions)).toBeLessThanOrEqual(assumed.socketsPerGateway);
      }),
    );
  });

  it('counts a message once for each gateway that has a socket for it', () => {
    expect(gatewaysPerMessage(5, 1)).toBe(1);
    expect(gatewaysPerMessage(2, 2)).toBeCloseTo(1.5);
    expect(gatewaysPerMessage(5, 1e6)).toBeCloseTo(5);
  });

  it('is computed from the bytes of a message: 50 million users with one message a day', () => {
    const assumed = assumedWith({ dailyUsers: 50e6, sendsPerDay: 1, cassandraReplication: 3 });
    const terabytes = sizingOf(assumed, { ...costs, messageBytes: 1_000 }).cassandraTerabytesPerYear;
    expect(terabytes).toBeCloseTo((50e6 * 365 * 1_000 * 3) / 1e12);
  });
});

describe('the curve of a day', () => {
  it('has its busiest moment in the evening, and the mean that sizes are made of', () => {
    const seconds = Array.from({ length: DAY_SECONDS }, (_, second) => activityAt(second));
    expect(Math.max(...seconds.filter((_, second) => second % 60 === 0))).toBe(1);
    expect(activityAt(PEAK_SECOND)).toBe(1);
    expect(seconds.reduce((sum, value) => sum + value, 0) / DAY_SECONDS).toBeCloseTo(MEAN_ACTIVITY, 3);
    expect(activityAt(-3_600)).toBe(activityAt(23 * 3_600));
  });
});

describe('a simulated day', () => {
  const day = (changes: Partial<Assumed>, restartSeconds: number | null) => {
    const assumed = assumedWith(changes);
    const restart = restartSeconds === null ? null : { region: 0, seconds: restartSeconds };
    return { assumed, simulation: simulateDay(assumed, costs, sizingOf(assumed, costs), restart) };
  };

  it('sends what all users send on a day, within the planned share of the processors', () => {
    for (const regions of [1, 3]) {
      const { assumed, simulation } = day({ regions, regionsSpare: 0 }, null);
      expect(simulation.sendsInAll / (assumed.dailyUsers * assumed.sendsPerDay)).toBeCloseTo(1, 3);
      expect(simulation.utilisationMax).toBeLessThanOrEqual(assumed.utilisation + 0.001);
      expect(simulation.waitingMax).toBe(0);
    }
  });

  it('brings everybody of a restarted region back to the others', () => {
    const { assumed, simulation } = day({}, 60);
    expect(simulation.waitingMax).toBeGreaterThan(0.2 * (assumed.dailyUsers / assumed.regions) * assumed.onlineAtPeak);
    expect(simulation.recoverySeconds).toBeLessThan(60);
    expect(simulation.moments.at(-1)?.waiting).toBeLessThan(1);
  });

  it('lets clients wait for their own region where no other has room', () => {
    const { simulation } = day({ regions: 1, regionsSpare: 0 }, 30);
    expect(simulation.recoverySeconds).toBeGreaterThanOrEqual(30);
  });
});

describe('docs/capacity.md', () => {
  it('has what the calculator gives for the published results (npm run capacity -- --publish)', async () => {
    const report = calculate({}, await publishedCosts(new URL('performance', DOCS).pathname));
    const page = await readFile(new URL('capacity.md', DOCS), 'utf8');
    expect(page).toBe(withReport(page, report));
    for (const [file, svg] of report.charts) {
      expect(await readFile(new URL(`capacity/${file}`, DOCS), 'utf8')).toBe(svg);
    }
  });

  it('names every assumption', async () => {
    const page = await readFile(new URL('capacity.md', DOCS), 'utf8');
    expect(
      ASSUMPTION_NAMES.filter((name) => !page.includes(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))),
    ).toEqual([]);
  });
});
