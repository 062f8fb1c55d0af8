import process from 'node:process';
import { parseCLI, startVitest } from 'vitest/node';
import { report } from './test-report.ts';

/**
 * `npm test [-- FILTER] [-- any option of vitest]`: runs the tests, names what was left out, and ends with one line that counts them. Exits with 1
 * when a test failed or none ran.
 */
const { filter, options } = parseCLI(['vitest', ...process.argv.slice(2)]);
const vitest = await startVitest(filter, { ...options, watch: false, run: true });
const { lines, succeeded } = report(vitest.state.getTestModules(), vitest.state.getUnhandledErrors().length);
await vitest.close();
process.stdout.write(`\n${lines.join('\n')}\n`);
process.exitCode = succeeded ? 0 : 1;
