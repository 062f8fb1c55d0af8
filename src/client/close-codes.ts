import type { LinkEnd } from './link.ts';

/** Codes of the protocol with which a client is told that it is wrong, and would be wrong again. */
const REFUSALS: ReadonlySet<number> = new Set([
  1002, 1003, 1007, 1008, 1009, 1010, 4400, 4401, 4404, 4405, 4406, 4409, 4429,
]);

/** What the code that a WebSocket was closed with says: docs/protocol.md lists them all. */
export function endOf(code: number): LinkEnd {
  if (REFUSALS.has(code)) return 'refused';
  switch (code) {
    case 1001:
    case 1012:
      return 'moved';
    case 4403:
      return 'expired';
    case 4410:
      return 'slow';
    case 4420:
    case 4430:
      return 'busy';
    default:
      return 'lost';
  }
}
