import type { Duplex } from 'node:stream';

/** `status` as it stands in a response: `503 Service Unavailable`. */
export function refuseUpgrade(connection: Duplex, status: string): void {
  connection.on('error', () => connection.destroy());
  // Ending alone leaves the other half open for as long as the peer likes.
  connection.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => connection.destroy());
}
