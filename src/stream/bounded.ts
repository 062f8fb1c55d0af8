/** Does one thing for each item, at most `limit` at a time. `act` must not reject. */
export async function eachBounded<Item>(
  items: Iterable<Item>,
  limit: number,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const lane = async () => {
    for (let item = iterator.next(); item.done !== true; item = iterator.next()) await act(item.value);
  };
  await Promise.all(Array.from({ length: limit }, lane));
}
