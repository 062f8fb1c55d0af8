import type { IncomingMessage } from 'node:http';

export interface ClientAddress {
  /** Where the client is: what rates of those without a token are counted by. */
  readonly address: string;
  /** The address that the client itself used, without a path: `https://chat.example.org`. */
  readonly baseUrl: string;
}

/** X-Forwarded-… is believed only as far as there are proxies in front: anybody can send it. */
export function clientAddress(request: IncomingMessage, trustedProxies: number): ClientAddress {
  const { socket } = request;
  const direct = socket.remoteAddress ?? 'unknown';
  const protocol = 'encrypted' in socket ? 'https' : 'http';
  const host = request.headers.host ?? `localhost:${socket.localPort}`;
  if (trustedProxies === 0) return { address: direct, baseUrl: `${protocol}://${host}` };
  const hops = listed(request.headers['x-forwarded-for']);
  return {
    address: hops.at(-trustedProxies) ?? hops[0] ?? direct,
    baseUrl: `${forwardedProtocol(request) ?? protocol}://${listed(request.headers['x-forwarded-host'])[0] ?? host}`,
  };
}

function forwardedProtocol(request: IncomingMessage): string | null {
  const protocol = listed(request.headers['x-forwarded-proto'])[0];
  return protocol === 'http' || protocol === 'https' ? protocol : null;
}

const listed = (header: string | string[] | undefined): readonly string[] =>
  (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
