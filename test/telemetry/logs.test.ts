import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { unavailable } from '../../src/domain/error.ts';
import { describedError } from '../../src/telemetry/described-error.ts';
import { until } from '../support/until.ts';

const LOGS = new URL('../../src/telemetry/logs.ts', import.meta.url).href;

/** What a process of its own prints that logs these fields. */
function printed(fields: string): string {
  const source = `import { createLogger, withoutRedaction } from '${LOGS}';
    const logger = createLogger({ level: 'trace', node: 'n' }); ${fields}`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
}

// Redis' client hangs the command on its error: a message that was published, or the password that it logged in with.
test('of an error its name, message, code, place and causes are logged, and nothing that hangs on it', () => {
  const line = JSON.parse(
    printed(`const reply = Object.assign(new Error('WRONGPASS'), { command: { name: 'auth', args: ['default', 'hunter2'] } });
      const many = new AggregateError([reply, reply, reply, reply], 'all failed');
      logger.error({ err: Object.assign(new Error('no bus', { cause: many }), { code: 'ECONNREFUSED', query: 'hunter2' }) }, 'failed');`),
  );
  expect(line).toMatchObject({ level: 'error', node: 'n', msg: 'failed' });
  expect(line.err).toMatchObject({ type: 'Error', message: 'no bus', code: 'ECONNREFUSED' });
  expect(line.err.cause).toMatchObject({ type: 'AggregateError', message: 'all failed' });
  expect(line.err.cause.errors.map(({ message }: { message: string }) => message)).toEqual(Array(3).fill('WRONGPASS'));
  expect(JSON.stringify(line)).not.toContain('hunter2');
});

test('what could let somebody in is replaced wherever it stands', () => {
  const line = printed(
    `logger.info({ password: 'hunter2', a: { accessToken: 'hunter2' }, a1: { b: { token: 'hunter2' } } }, 'x');`,
  );
  expect(line).not.toContain('hunter2');
  expect(line.split('[redacted]')).toHaveLength(4);
});

// A stalled reader stopped the whole process, in the middle of a line.
test('a reader that does not keep up delays nobody: lines are left out, and counted where they are', async () => {
  const [lines, lineBytes] = [40_000, 200];
  const source = `import { createLogger } from '${LOGS}';
    import { setImmediate as turn } from 'node:timers/promises';
    const logger = createLogger({ level: 'info', node: 'n' });
    for (let index = 0; index < ${lines}; index += 1) {
      logger.info({ index, filler: '${'x'.repeat(lineBytes)}' }, 'line');
      if (index % 1_000 === 0) await turn();
    }
    process.stderr.write('written');
    process.stdin.once('data', () => { logger.info('after'); process.stdin.unref(); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdout.pause();
  expect(String((await once(child.stderr, 'data'))[0])).toBe('written');
  let read = '';
  child.stdout.on('data', (chunk) => {
    read += chunk;
  });
  child.stdout.resume();
  // What waits may be taken now, and the next line comes after it.
  await until('what was kept to be read', () => read.length > LIMITS.logWaitingBytesMax / 2);
  child.stdin.end('go on');
  await once(child, 'close');
  const printedLines = read.split('\n').filter((line) => line !== '');
  const kept = printedLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'line');
  expect(read.length).toBeLessThan(2 * LIMITS.logWaitingBytesMax);
  expect(kept.map(({ index }) => index)).toEqual(kept.map((_, index) => index));
  const leftOut = Number(/"msg":"(\d+) lines left out here"/.exec(read)?.[1]);
  expect(leftOut).toBe(lines - kept.length);
  expect(JSON.parse(printedLines.at(-1) ?? '')).toMatchObject({ msg: 'after' });
}, 60_000);

test('a cause that is its own cause ends', () => {
  const error = new Error('round');
  error.cause = error;
  let depth = 0;
  for (let each: { cause?: unknown } | undefined = describedError(error); each !== undefined; depth += 1) {
    each = each.cause as { cause?: unknown } | undefined;
  }
  expect(depth).toBe(5);
  expect(describedError('words')).toEqual({ type: 'string', message: 'words' });
  expect(describedError(unavailable('later'))).toMatchObject({ type: 'ParleyError', code: 'UNAVAILABLE' });
});
