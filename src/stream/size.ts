import type { ChannelEvent } from '../domain/event.ts';

/** Everything of an event but its text, as it goes over the wire: ids, names, times, the frame around it. */
const ENVELOPE_BYTES = 512;

/** A feed's readers come one after the other with the same event. */
const last: { event: ChannelEvent | null; bytes: number } = { event: null, bytes: 0 };

/** About what the event takes up on its way to one reader. */
export function eventBytes(event: ChannelEvent): number {
  if (!('message' in event)) return ENVELOPE_BYTES;
  if (event !== last.event) {
    last.event = event;
    last.bytes = ENVELOPE_BYTES + Buffer.byteLength(event.message.text);
  }
  return last.bytes;
}
