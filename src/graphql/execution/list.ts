import { GraphQLError, type GraphQLOutputType, isNonNullType } from 'graphql';
import type { Complete } from './complete.ts';
import { forget } from './forget.ts';
import type { Path } from './path.ts';

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;

/** `complete` is the items'. */
export function listCompleter(itemType: GraphQLOutputType, complete: Complete): Complete {
  const isNonNull = isNonNullType(itemType);

  const item: Complete = (value, field, path, execution) => {
    const failed = (error: unknown): null => execution.fail(error, field, path, isNonNull);
    const finish = (given: unknown): unknown => {
      if (given instanceof Error) throw given;
      return complete(given, field, path, execution);
    };
    try {
      const completed = value instanceof Promise ? value.then(finish) : finish(value);
      return completed instanceof Promise ? completed.then(undefined, failed) : completed;
    } catch (error) {
      return failed(error);
    }
  };

  return (value, field, path, execution) => {
    if (value === null || value === undefined) return null;
    if (!isIterable(value)) {
      const { parentType, fieldName } = field;
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${parentType}.${fieldName}".`);
    }
    const given = Array.isArray(value) ? (value as readonly unknown[]) : [...value];
    const items: unknown[] = [];
    let isPending = false;
    try {
      for (const one of given) {
        const place: Path = { prev: path, key: items.length };
        const completed = item(one, field, place, execution);
        if (completed instanceof Promise) isPending = true;
        items.push(completed);
      }
    } catch (error) {
      forget([...items, ...given]);
      throw error;
    }
    return isPending ? Promise.all(items) : items;
  };
}
