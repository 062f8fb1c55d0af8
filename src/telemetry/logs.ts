import { type Logger as PinoLogger, pino } from 'pino';
import { LIMITS } from '../config/limits.ts';
import { describedError } from './described-error.ts';
import { createLogOutput } from './log-output.ts';

export type Logger = PinoLogger;

const SECRETS = ['authorization', 'password', 'accessToken', 'refreshToken', 'importToken', 'token'];

/**
 * Structured lines, JSON each, on standard output. A child with `requestId` is made for each request and socket. What
 * could let somebody in is replaced wherever it stands, two levels deep; the text of messages is never logged.
 */
export function createLogger(options: { readonly level: string; readonly node: string }): Logger {
  const pinoOptions = {
    level: options.level,
    base: { node: options.node },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => describedError(error) },
    redact: {
      paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
  };
  return pino(pinoOptions, createLogOutput({ output: process.stdout, ...LIMITS }));
}

/** For frequent lines of which every field is known to be harmless: looking for secrets takes five times as long as the line. */
export const withoutRedaction = (logger: Logger): Logger => logger.child({}, { redact: [] });
