import { defineConfig } from 'vitest/config';

/** Tests that start whole nodes: they run after the others. */
const WHOLE = ['test/scenario/**/*.test.ts', 'test/fault/**/*.test.ts'];
/** Those that measure, or start more than a machine has processors for. */
const ALONE = [
  'test/scenario/{bench,catch-up,cluster,stalled-reader}.test.ts',
  'test/fault/{cluster,kafka-broker,sequencers,stock-faults}.test.ts',
];

const shared = { pool: 'forks', testTimeout: 30_000, hookTimeout: 30_000, teardownTimeout: 10_000 } as const;

/** Node's own, so that what is tested and what Node loads for a package share one copy of graphql. */
const ssr = { resolve: { conditions: ['node', 'module-sync'] } };

export default defineConfig({
  test: {
    // Starts real servers for the tests that ask for them, and ends them after the run.
    globalSetup: ['test/support/services-setup.ts'],
    projects: [
      {
        ssr,
        test: {
          ...shared,
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: WHOLE,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ssr,
        // They wait for whole nodes and browsers, which a busy machine bends: what fails twice fails, and what passes then is named.
        test: {
          ...shared,
          name: 'whole',
          retry: 1,
          include: WHOLE,
          exclude: ALONE,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ssr,
        test: { ...shared, name: 'alone', retry: 1, include: ALONE, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
