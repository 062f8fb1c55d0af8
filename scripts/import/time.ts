const YEAR_MIN = 100;
const YEAR_MAX = 9_999;
const DATE = /^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/;

/** As the node takes it, or null for what is no time, or none that it takes. */
export function parseTime(text: string): string | null {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()) || !isOnCalendar(text)) return null;
  const year = date.getUTCFullYear();
  return year >= YEAR_MIN && year <= YEAR_MAX ? date.toISOString() : null;
}

/** Date carries 30 February over to 2 March. */
function isOnCalendar(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  if (day === undefined) return true;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
}
