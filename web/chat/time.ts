const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' });
const DAY_MS = 86_400_000;

export const timeOf = (at: string | number): string => TIME.format(new Date(at));

/** The same for all of one day, where the reader is. */
export const dayOf = (at: string): string => new Date(at).toDateString();

export function dayName(at: string, now = Date.now()): string {
  if (dayOf(at) === new Date(now).toDateString()) return 'Today';
  if (dayOf(at) === new Date(now - DAY_MS).toDateString()) return 'Yesterday';
  return DAY.format(new Date(at));
}

/** When it was, as short as can be. */
export function momentOf(at: number, now = Date.now()): string {
  const time = TIME.format(at);
  return new Date(at).toDateString() === new Date(now).toDateString() ? time : `${DAY.format(at)}, ${time}`;
}
