import { defineConfig } from 'vitest/config';

/** Tests that start whole nodes or measure time: they run after the others, and one file at a time. */
const HEAVY = ['test/scenario/**/*.test.ts', 'test/fault/**/*.test.ts'];

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
          exclude: HEAVY,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ssr,
        // They measure memory and time of whole nodes, which a busy machine bends: what fails twice fails.
        test: { ...shared, name: 'whole', retry: 1, include: HEAVY, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
