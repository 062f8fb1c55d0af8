import { ClientMembersDocument, ClientUserDocument, type Role } from '../../schema/generated/client.ts';
import type { Ask } from './authorized.ts';
import { ParleyError } from './error.ts';
import { CLIENT_LIMITS } from './limits.ts';
import type { User } from './session.ts';

export interface Member {
  readonly user: User;
  readonly role: Role;
}

/** Everybody in a channel, longest-standing first. */
export async function listMembers(ask: Ask, id: string): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (let after: string | null = null; ; ) {
    const variables: { id: string; first: number; after: string | null } = {
      id,
      first: CLIENT_LIMITS.membersPage,
      after,
    };
    const page = (await ask(ClientMembersDocument, variables)).channel?.members;
    if (page === undefined) throw new ParleyError('NOT_FOUND', 'There is no such channel.');
    members.push(...page.edges.map(({ node }) => node));
    if (!page.pageInfo.hasNextPage) return members;
    after = page.pageInfo.endCursor;
  }
}

/** Rejects with NOT_FOUND where nobody has that handle. */
export async function findUser(ask: Ask, handle: string): Promise<User> {
  const { user } = await ask(ClientUserDocument, { handle });
  if (user === null)
    throw new ParleyError('NOT_FOUND', `There is nobody with the handle ${handle}.`, { field: 'handle' });
  return user;
}
