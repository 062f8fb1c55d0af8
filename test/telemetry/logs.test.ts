import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { unavailable } from '../../src/domain/error.ts';
import { describedError } from '../../src/telemetry/described-error.ts';

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
