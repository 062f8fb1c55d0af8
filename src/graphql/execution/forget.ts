/** Nobody will see how these end: what they are in has failed already. */
export function forget(values: readonly unknown[]): void {
  for (const value of values) if (value instanceof Promise) value.catch(() => {});
}
