import type { ChannelEvent } from '../domain/event.ts';

/**
 * An own, frozen copy: a hint's payload may not be kept, and every reader of a feed gets the same object, which whatever
 * is computed from it can be keyed on.
 */
export function frozen<Event extends ChannelEvent>(event: Event): Event {
  const copy = { ...event };
  if ('message' in copy) Object.assign(copy, { message: Object.freeze({ ...copy.message }) });
  if ('membership' in copy) Object.assign(copy, { membership: Object.freeze({ ...copy.membership }) });
  return Object.freeze(copy);
}
