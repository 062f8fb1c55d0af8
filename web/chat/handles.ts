/** Handles as people write them: with or without `@`, commas or spaces between. */
export function handlesIn(value: unknown): readonly string[] {
  const handles = String(value ?? '')
    .split(/[\s,;]+/)
    .map((handle) => handle.replace(/^@/, '').toLowerCase())
    .filter((handle) => handle !== '');
  return [...new Set(handles)];
}
