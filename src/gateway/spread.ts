import { setTimeout as delay } from 'node:timers/promises';

/** Does something for each, evenly over a window: clients that are let go do not come back as one. The first at once. */
export async function spread<Item>(items: Iterable<Item>, windowMs: number, act: (item: Item) => void): Promise<void> {
  const all = [...items];
  const startedAt = performance.now();
  for (const [index, item] of all.entries()) {
    const dueMs = (windowMs * index) / all.length - (performance.now() - startedAt);
    if (dueMs > 1) await delay(dueMs);
    act(item);
  }
}
