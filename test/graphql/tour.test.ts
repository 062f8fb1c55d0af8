import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, answer, type Member, Parts } from './parts.ts';

const OPERATIONS = new URL('../../schema/operations/', import.meta.url);
const VARIABLES = /^# variables:((?:.*(?:\n#.*)*))\n?/m;

const files = readdirSync(OPERATIONS)
  .filter((name) => name.endsWith('.graphql'))
  .sort()
  .map((name) => ({ name, source: readFileSync(new URL(name, OPERATIONS), 'utf8') }));

/** The variables with `{{uuid}}` and `{{field.of.an.earlier.answer}}` filled in, as GraphiQL does it. */
function fill(value: unknown, answers: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => fill(item, answers));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, answers)]));
  }
  const path = typeof value === 'string' ? /^\{\{([\w.]+)\}\}$/.exec(value)?.[1] : undefined;
  if (path === undefined) return value;
  if (path === 'uuid') return crypto.randomUUID();
  return path.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], answers);
}

let parts: Parts;
beforeAll(async () => {
  parts = await Parts.start();
});
afterAll(() => parts[Symbol.asyncDispose]());

/** As GraphiQL signs in with what an answer brings. */
async function signedIn(data: Record<string, { accessToken?: string; viewer?: { id: string } } | null>) {
  for (const value of Object.values(data)) {
    if (value?.accessToken === undefined) continue;
    const viewer = await parts.services.accounts.authenticate(value.accessToken);
    return { id: viewer.userId, viewer };
  }
  return null;
}

describe('the operations, in the order of their names, on an empty store', () => {
  const answers: Record<string, unknown> = {};
  let member: Member | null = null;

  it.each(files)('$name', async ({ source }) => {
    const comment = VARIABLES.exec(source)?.[1]?.replaceAll(/^#/gm, '');
    const variables = fill(comment === undefined ? {} : JSON.parse(comment), answers) as Record<string, unknown>;
    let result: Answer;
    if (/^subscription/m.test(source)) {
      const stream = await parts.subscribe(member, source, variables);
      if (!(Symbol.asyncIterator in stream)) throw new Error(stream.codes.join(', '));
      const { value } = await stream.next();
      await stream.return?.();
      result = answer(value);
    } else {
      result = await parts.ask(member, source, variables);
      Object.assign(answers, result.data);
      member = (await signedIn(result.data ?? {})) ?? member;
    }
    expect(result.codes).toEqual([]);
    expect(Object.values(result.data)).not.toContain(null);
  });

  it('leave nothing behind that went wrong', () => {
    expect(parts.faults).toEqual([]);
  });
});
