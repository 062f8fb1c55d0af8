import { GraphQLError, Kind } from 'graphql';
import { builder } from './builder.ts';

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** Milliseconds since 1970, or null for what is not an instant in RFC 3339. What is finer than a millisecond is cut off. */
export function parseInstant(text: string): number | null {
  const parts = RFC_3339.exec(text);
  if (parts === null) return null;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', zone = ''] = parts;
  const [zoneHour = 0, zoneMinute = 0] = zone.length === 1 ? [] : zone.slice(1).split(':').map(Number);
  const isInRange = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60 && zoneHour < 24 && zoneMinute < 60;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(local);
  // Date.UTC takes years below 100 for those of the last century, and carries the 31st of a short month over.
  const isReal =
    date.getUTCFullYear() === Number(year) &&
    date.getUTCMonth() + 1 === Number(month) &&
    date.getUTCDate() === Number(day);
  if (!isInRange || !isReal) return null;
  const offsetMinutes = (zone.startsWith('-') ? -1 : 1) * (zoneHour * 60 + zoneMinute);
  return local + Number(fraction.slice(1, 4).padEnd(3, '0')) - offsetMinutes * 60_000;
}

function coerce(value: unknown): number {
  const instant = typeof value === 'string' ? parseInstant(value) : null;
  if (instant === null) throw new GraphQLError('A DateTime is an instant as 2026-11-24T08:00:00.000Z.');
  return instant;
}

export const DateTime = builder.scalarType('DateTime', {
  description:
    'An instant in UTC, RFC 3339 with milliseconds: 2026-11-24T08:00:00.000Z. As input any RFC 3339 instant is taken, with any offset; what is finer than a millisecond is cut off.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  coerceOutputValue: (instant) => new Date(instant).toISOString(),
  coerceInputValue: coerce,
  coerceInputLiteral: (literal) => {
    if (literal.kind !== Kind.STRING) throw new GraphQLError('A DateTime is a string.', { nodes: literal });
    return coerce(literal.value);
  },
});
