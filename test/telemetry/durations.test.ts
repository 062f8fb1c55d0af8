import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { Durations } from '../../src/telemetry/durations.ts';

const named = { name: 'calls_seconds', help: 'Calls.', labelNames: ['verb', 'outcome'] };
const bounds = [0.001, 0.01, 0.5];
const observation = fc.record({
  verb: fc.constantFrom('read', 'store', 'a "quoted"\nverb'),
  outcome: fc.constantFrom('done', 'failed'),
  seconds: fc.oneof(fc.constantFrom(0, ...bounds), fc.double({ min: 0, max: 2, noNaN: true })),
});

test('durations read as those of prom-client', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(observation), async (observations) => {
      const [own, theirs] = [new Registry(), new Registry()];
      const durations = new Durations({ ...named, bounds, registry: own });
      // Kept by who measures, whether or not anything comes of it.
      durations.of('read', 'done');
      const histogram = new Histogram({ ...named, buckets: bounds, registers: [theirs] });
      for (const { verb, outcome, seconds } of observations) {
        durations.of(verb, outcome).add(seconds);
        histogram.observe({ verb, outcome }, seconds);
      }
      const sorted = (text: string) => text.split('\n').sort();
      expect(sorted(await own.metrics())).toEqual(sorted(await theirs.metrics()));
    }),
  );
});
