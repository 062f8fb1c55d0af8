import { type DocumentNode, getOperationAST, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { sharingOf } from '../../src/graphql/shareable.ts';

const ALL = [
  'ChannelCreated',
  'CheckpointMoved',
  'MemberJoined',
  'MemberLeft',
  'MessageDeleted',
  'MessageEdited',
  'MessageSent',
  'TypingChanged',
];
const without = (...names: readonly string[]): readonly string[] => ALL.filter((name) => !names.includes(name));

function sharing(source: string) {
  const document: DocumentNode = parse(source);
  const errors = validate(schema, document).map(({ message }) => message);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error('No operation');
  const { typeNames, variables } = sharingOf(schema, document, operation);
  return { typeNames: [...typeNames].sort(), variables };
}

const channel = (selection: string): readonly string[] =>
  sharing(`subscription { channel(id: "x") { ${selection} } }`).typeNames;

describe('what readers have in common', () => {
  it.each([
    ['facts of every event', 'sequence at channel { id name kind delivery createdAt }', ALL],
    [
      'a message with all that it shows',
      '... on MessageSent { message { text sender { handle } replyTo { text } } }',
      ALL,
    ],
    ['the name of the type', '__typename', ALL],
  ])('holds %s', (_, selection, expected) => {
    expect(channel(selection)).toEqual(expected);
  });

  it.each([
    ["the viewer's place in it", 'channel { unread }', []],
    ['what only members see', 'channel { head }', []],
    ['who is online', '... on MessageSent { message { sender { presence { status } } } }', without('MessageSent')],
    ['a checkpoint', '... on CheckpointMoved { membership { readUpTo } }', without('CheckpointMoved')],
    ['how far others have read', '... on MemberJoined { membership { readUpTo } }', without('MemberJoined')],
    [
      'it below an alias',
      '... on MemberLeft { user { id a: id b: channels { edges { cursor } } } }',
      without('MemberLeft'),
    ],
    [
      'it below two fragments that are answered as one',
      '... on ChannelEvent { channel { id } } ... on MemberLeft { channel { unread } }',
      without('MemberLeft'),
    ],
    ['it on the interface', '... on ChannelEvent { ... { channel { messages { edges { cursor } } } } }', []],
  ])('does not hold %s', (_, selection, expected) => {
    expect(channel(selection)).toEqual(expected);
  });

  it('follows fragments', () => {
    const { typeNames } = sharing(`
      subscription { inbox { ...E } }
      fragment E on ChannelEvent { ...S ...L }
      fragment S on MessageSent { message { ...M } }
      fragment L on MemberLeft { user { ...U } }
      fragment M on Message { sender { ...U } replyTo { sender { name } } }
      fragment U on User { handle presence { status } }`);
    expect(typeNames).toEqual(without('MessageSent', 'MemberLeft'));
  });

  it('is nothing where readers are not given the same events', () => {
    expect(sharing('subscription { presence(userIds: []) { at user { id } } }').typeNames).toEqual([]);
  });

  it('depends on the variables below the root field only', () => {
    const { variables } = sharing(`
      subscription ($id: ID!, $after: Int, $a: Boolean!, $b: Boolean!, $c: Boolean!) {
        channel(id: $id, after: $after) { at @include(if: $a) ... @skip(if: $b) { sequence } ...F }
      }
      fragment F on MessageSent { message { text @include(if: $c) } }`);
    expect(variables).toEqual(['a', 'b', 'c']);
  });
});
