import { patiently } from './patience.ts';
import { ANSWER_MS_MAX, type Answer, errorOf } from './post.ts';
import type { Session } from './session.ts';

/**
 * A `fetch` for a GraphQL client that posts as the viewer and repeats a request until there is an answer to it. It repeats the very same request: a
 * message goes out with the nonce of the first try, and is sent once however often it is tried. One request at a time, so that what was written
 * without a network goes out as it was written.
 */
export function patientFetch(session: Session): typeof fetch {
  let last: Promise<unknown> = Promise.resolve();
  return (input, init) => {
    const answer = last.then(() => patiently(() => attempt(session, input, init)));
    last = answer.catch(() => {});
    return answer;
  };
}

async function attempt(session: Session, ...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const headers = new Headers(init?.headers);
  headers.set('authorization', `Bearer ${await session.accessToken()}`);
  const response = await fetch(input, { ...init, headers, signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  const body = await response.text();
  const error = errorOf(JSON.parse(body) as Answer<unknown>);
  if (error?.passes) throw error;
  return new Response(body, response);
}
