import { LRUCache } from 'lru-cache';

const JSON_TYPE = 'application/json';
const RESPONSE_TYPE = 'application/graphql-response+json';
const JSON_PATTERNS: ReadonlySet<string> = new Set([JSON_TYPE, 'application/*', '*/*']);

/** Clients send few different ones. */
const HEADERS_REMEMBERED_MAX = 100;
const HEADER_CHARACTERS_MAX = 200;
const remembered = new LRUCache<string, { readonly type: string | null }>({ max: HEADERS_REMEMBERED_MAX });

/** The JSON type that an Accept header asks for first, as graphql-yoga reads it; null where it asks for neither. */
export function acceptedJsonType(header: string | undefined): string | null {
  if (header === undefined) return JSON_TYPE;
  const known = remembered.get(header);
  if (known !== undefined) return known.type;
  const type = read(header);
  if (header.length <= HEADER_CHARACTERS_MAX) remembered.set(header, { type });
  return type;
}

function read(header: string): string | null {
  for (const range of header.replace(/\s/g, '').toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';');
    const charset = parameters.find((parameter) => parameter.includes('charset='));
    if (charset !== undefined && charset !== 'charset=utf-8') continue;
    if (JSON_PATTERNS.has(type)) return JSON_TYPE;
    if (type === RESPONSE_TYPE) return RESPONSE_TYPE;
  }
  return null;
}
