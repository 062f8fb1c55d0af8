import type { Durability, Group, NumberedBatch, NumberedStatement, SqlValue } from './statement.ts';

/** A group as one list, each list in it after its length: to clone many small objects for another thread takes longer than what is in them. */
export type FlatGroup = readonly SqlValue[];

/** What the writer thread is told. */
export type WriterRequest = FlatGroup | 'close';

const DURABILITIES: readonly Durability[] = ['ordered', 'synced'];

export function flatOf({ durability, texts, batches }: Group): FlatGroup {
  const flat: SqlValue[] = [DURABILITIES.indexOf(durability), texts.length, ...texts, batches.length];
  for (const batch of batches) {
    flat.push(DURABILITIES.indexOf(batch.durability), batch.statements.length);
    for (const [text, given, parameters] of batch.statements) flat.push(text, given, parameters.length, ...parameters);
  }
  return flat;
}

export function groupOf(flat: FlatGroup): Group {
  let at = 0;
  const next = (): SqlValue => flat[at++] as SqlValue;
  const number = (): number => Number(next());
  const durability = (): Durability => DURABILITIES[number()] as Durability;
  const list = <Item>(item: () => Item): Item[] => {
    const items: Item[] = [];
    for (let left = number(); left > 0; left -= 1) items.push(item());
    return items;
  };
  const statement = (): NumberedStatement => [number(), number(), list(next)];
  const batch = (): NumberedBatch => ({ durability: durability(), statements: list(statement) });
  return { durability: durability(), texts: list(() => String(next())), batches: list(batch) };
}
