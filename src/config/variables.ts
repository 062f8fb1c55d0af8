import { resolve } from 'node:path';
import { z } from 'zod';

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));

const name = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

const MS_PER_UNIT = { s: 1_000, m: 60_000, h: 3_600_000 };

const duration = z.string().transform((text, context) => {
  const match = /^(\d{1,6})(s|m|h)?$/.exec(text);
  const unit = (match?.[2] ?? 's') as keyof typeof MS_PER_UNIT;
  if (match === null) {
    context.addIssue('not a time');
    return z.NEVER;
  }
  return Number(match[1]) * MS_PER_UNIT[unit];
});

const url = z.string().transform((text, context) => {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.search !== '' || parsed.hash !== '') {
    context.addIssue('not an address');
    return z.NEVER;
  }
  return parsed.href.replace(/\/+$/, '');
});

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** An origin as browsers send it: scheme, host and a port that is not the scheme's own. */
const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text.toLowerCase());

const origins = list
  .pipe(z.array(z.union([z.literal('*'), origin])).min(1))
  .transform((all) => (all.includes('*') ? ('*' as const) : all.map((one) => one.toLowerCase())));

/** How each variable is read. What is left out gets the default. */
export const variableSchemas = {
  PORT: wholeNumber(0, 65_535).default(4_000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]{1,253}$/)
    .nullable()
    .default(null),
  DATA_DIR: z
    .string()
    .refine((text) => !text.includes('\0'))
    .default('./data')
    .transform((path) => resolve(path)),
  REGION: name.default('local'),
  NODE_NAME: name.nullable().default(null),
  PUBLIC_URL: url.nullable().default(null),
  ROLES: list
    .pipe(z.array(z.enum(['api', 'gateway', 'sequencer'])).min(1))
    .transform((roles) => [...new Set(roles)])
    .default(['api', 'gateway', 'sequencer']),
  CONNECTIONS_MAX: wholeNumber(1, 1_000_000).default(10_000),
  ALLOWED_ORIGINS: origins.default([]),
  TRUSTED_PROXIES: wholeNumber(0, 10).default(0),
  PRESENCE_TTL: duration.pipe(z.number().min(5_000).max(3_600_000)).default(30_000),
  DRAIN_SECONDS: wholeNumber(0, 300).default(2),
  RATE_LIMITS: z
    .enum(['on', 'off'])
    .default('on')
    .transform((value) => value === 'on'),
  IMPORT_TOKEN: z.string().min(8).nullable().default(null),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
};
