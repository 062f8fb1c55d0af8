/** Does one thing for each item, at most `limit` at a time. `act` must not reject. */
export async function eachBounded<Item>(
  items: Iterable<Item>,
  limit: number,
  act: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const lane = async (first: Item) => {
    await act(first);
    for (let item = iterator.next(); item.done !== true; item = iterator.next()) await act(item.value);
  };
  const lanes: Promise<void>[] = [];
  // No lane without an item: most have one item or none, and a limit of many.
  for (let item = iterator.next(); item.done !== true; item = iterator.next()) {
    lanes.push(lane(item.value));
    if (lanes.length === limit) break;
  }
  await Promise.all(lanes);
}
