const STORAGE_KEY = 'parley:answers';
const ANSWER_CHARACTERS_MAX = 20_000;

/** What earlier answers held, by root field. Lives as long as the session, so that a reload changes nothing. */
const answers: Record<string, unknown> = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '{}');

const PLACEHOLDER = /\{\{([\w.]+)\}\}/g;
const WHOLE = /^\{\{([\w.]+)\}\}$/;

/**
 * The variables with each placeholder filled in: `{{uuid}}` is a fresh UUID, any other a path into an earlier answer, as
 * in `{{createGroup.channel.id}}`.
 * Throws with what to do where nothing is there yet.
 */
export function fill(value: unknown): unknown {
  if (typeof value === 'string') {
    const whole = WHOLE.exec(value)?.[1];
    if (whole !== undefined) return resolve(whole);
    return value.replace(PLACEHOLDER, (_, path: string) => String(resolve(path)));
  }
  if (Array.isArray(value)) return value.map((item) => fill(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)]));
  }
  return value;
}

/** Keeps every root field that has a value. */
export function remember(data: Record<string, unknown>): void {
  for (const [field, value] of Object.entries(data)) {
    // The schema or a long page would fill the storage, and no example needs a part of them.
    if (value !== null && JSON.stringify(value).length <= ANSWER_CHARACTERS_MAX) answers[field] = value;
  }
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(answers));
}

function resolve(path: string): unknown {
  if (path === 'uuid') return uuid();
  const [field = '', ...rest] = path.split('.');
  let value = answers[field];
  for (const key of rest) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  if (value === undefined) {
    throw new Error(
      `Run ${field} first: {{${path}}} in the variables stands for a part of its answer. Or put a value there.`,
    );
  }
  return value;
}

/** `crypto.randomUUID` is missing where the page is served without TLS and not from localhost. */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
