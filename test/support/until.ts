import { setTimeout as delay } from 'node:timers/promises';

/** Resolves to what the condition gives once that is neither false, null nor undefined. Fails with what it waited for. */
export async function until<Value>(
  what: string,
  condition: () => Value | Promise<Value>,
  withinMs = 10_000,
): Promise<Exclude<Value, false | null | undefined>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await condition();
    if (value !== false && value !== null && value !== undefined) {
      return value as Exclude<Value, false | null | undefined>;
    }
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await delay(10);
  }
}
