import { notFound } from '../domain/error.ts';

/** What was looked up, or NOT_FOUND; at once where it is there at once. */
export function found<Value extends object | number>(
  looking: Value | Promise<Value | null>,
  what: string,
): Value | Promise<Value> {
  if (!(looking instanceof Promise)) return looking;
  return looking.then((value) => {
    if (value === null) throw notFound(what);
    return value;
  });
}
