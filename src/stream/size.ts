import type { ChannelEvent } from '../domain/event.ts';

/** Everything of an event but its text, as it goes over the wire: ids, names, times, the frame around it. */
const ENVELOPE_BYTES = 512;

const textBytes = new WeakMap<ChannelEvent, number>();

/** About what the event takes up on its way to one reader. Counted once, however many readers its feed has. */
export function eventBytes(event: ChannelEvent): number {
  if (!('message' in event)) return ENVELOPE_BYTES;
  let bytes = textBytes.get(event);
  if (bytes === undefined) {
    bytes = Buffer.byteLength(event.message.text);
    textBytes.set(event, bytes);
  }
  return ENVELOPE_BYTES + bytes;
}
