/** The value of an option. Throws an error that says what it takes. */
export function wholeNumber(option: string, value: string, max: number, min = 1): number {
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new Error(`${option} takes a whole number from ${min} to ${max}, not '${value}'.`);
}
