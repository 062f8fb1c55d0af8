import { createSecretKey } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decodeJwt, SignJWT } from 'jose';
import type { Node } from '../support/node.ts';
import type { Person } from '../support/person.ts';

/** What the node would have given at another time: signed with its own key, for the session of the person's token. */
export async function accessToken(node: Node, { token }: Person, expiresAt: number): Promise<string> {
  const { sub, sid } = decodeJwt<{ readonly sid: string }>(token);
  return new SignJWT({ sid })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('parley')
    .setSubject(sub ?? '')
    .setIssuedAt()
    .setExpirationTime(Math.floor(expiresAt / 1_000))
    .sign(createSecretKey(accessKey(node)));
}

function accessKey({ directory }: Node): Uint8Array {
  const database = new DatabaseSync(join(directory, 'parley.db'), { readOnly: true });
  try {
    return database.prepare("SELECT key FROM keys WHERE name = 'access-token'").get()?.['key'] as Uint8Array;
  } finally {
    database.close();
  }
}
