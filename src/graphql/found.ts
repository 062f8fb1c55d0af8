import { notFound } from '../domain/error.ts';

/** What was looked up, or NOT_FOUND. */
export async function found<Value>(looking: Promise<Value | null>, what: string): Promise<Value> {
  const value = await looking;
  if (value === null) throw notFound(what);
  return value;
}
