import { ask } from './graphql.ts';
import type { Person } from './person.ts';

/** Every mutation that takes one `input`, with what is read of its payload unless more is asked for. */
const SELECTIONS = {
  openDirectChannel: 'channel { id }',
  createGroup: 'channel { id }',
  addMembers: 'channel { id }',
  removeMember: 'channel { id }',
  leaveChannel: 'channel { id }',
  sendMessage: 'message { id sequence text }',
  editMessage: 'message { id sequence text editedAt }',
  deleteMessage: 'message { id sequence text deletedAt }',
  markRead: 'membership { readUpTo }',
  setTyping: '',
  importMessages: 'imported repeated skipped { line reason }',
} as const;
export type Mutation = keyof typeof SELECTIONS;

export interface Refusal {
  readonly message: string;
  readonly extensions?: {
    readonly code?: string;
    readonly field?: string;
    readonly retryAfterMs?: number;
    readonly requestId?: string;
  };
}

interface Given {
  readonly url: string;
  readonly by: Pick<Person, 'token'>;
  readonly input: Readonly<Record<string, unknown>>;
  readonly select?: string;
}

async function askFor(mutation: Mutation, { url, by, input, select }: Given) {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
  const selection = select ?? SELECTIONS[mutation];
  const query = `mutation ($input: ${type}) { ${mutation}(input: $input) ${selection === '' ? '' : `{ ${selection} }`} }`;
  return ask<Record<string, unknown>>(url, by.token, query, { input });
}

/** The payload of a mutation that has to succeed. */
export async function change<Payload>(mutation: Mutation, given: Given): Promise<Payload> {
  const { data, errors } = await askFor(mutation, given);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.[mutation] as Payload;
}

/** All that is told of why a mutation is refused; its payload is null. */
async function refusal(mutation: Mutation, given: Given): Promise<Refusal> {
  const { data, errors } = await askFor(mutation, given);
  const first = errors?.[0];
  if (first === undefined || (data !== null && data !== undefined && data[mutation] !== null)) {
    throw new Error(`${mutation} was not refused: ${JSON.stringify(data)}`);
  }
  return { message: first.message, extensions: { ...first.extensions } };
}

/** The code, with the field where one is named: `BAD_USER_INPUT text`. */
export async function refusalCode(mutation: Mutation, given: Given): Promise<string> {
  const { code, field } = (await refusal(mutation, given)).extensions ?? {};
  return field === undefined ? `${code}` : `${code} ${field}`;
}
