import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { Delivery } from '../../src/domain/channel.ts';
import type { Command } from '../../src/domain/command.ts';
import type { ErrorCode } from '../../src/domain/error.ts';
import type { SequencedEvent } from '../../src/domain/event.ts';
import type { CommandId, MessageId, UserId } from '../../src/domain/identifier.ts';
import type { StoredMessage } from '../../src/domain/message.ts';
import type { Decision } from '../../src/domain/sequencer.ts';
import { logOf, type Step, steps } from './log-model.ts';
import { run } from './owner-model.ts';

/** What the events alone say of the channel, kept in the plainest way there is. */
interface Told {
  owner: UserId | null;
  /** Longest-standing first. */
  members: UserId[];
  readonly messages: Map<MessageId, StoredMessage>;
  readonly digests: Map<MessageId, string>;
  readonly commands: Set<CommandId>;
  delivery: Delivery | null;
  direct: boolean;
  sequence: number;
  sent: number;
}

const nothing = (): Told => ({
  owner: null,
  members: [],
  messages: new Map(),
  digests: new Map(),
  commands: new Set(),
  delivery: null,
  direct: false,
  sequence: 0,
  sent: 0,
});

const codeOf = ({ outcome }: Decision): ErrorCode | 'accepted' =>
  outcome.accepted ? 'accepted' : outcome.refusal.code;

function follow(told: Told, command: Command, { creation, events, outcome }: Decision): void {
  if (creation !== null) {
    assert.equal(told.delivery, null, 'created twice');
    told.delivery = creation.channel.delivery;
    told.direct = creation.channel.kind === 'DIRECT';
    told.members = creation.members.map(({ userId }) => userId);
    told.owner = creation.members.find(({ role }) => role === 'OWNER')?.userId ?? null;
    assert.equal(told.owner, told.direct ? null : command.actorId);
  }
  if (events.length > 0) {
    assert.ok(!told.commands.has(command.id), 'a second effect of one command');
    told.commands.add(command.id);
    assert.ok(told.members.includes(command.actorId), 'an effect of a command of somebody who is no member');
    assert.ok(outcome.accepted);
  }
  for (const [part, event] of events.entries()) {
    told.sequence += 1;
    assert.equal(event.sequence, told.sequence);
    if (event.kind === 'MessageSent') told.sent += 1;
    assert.equal(event.messages, told.sent);
    assert.deepStrictEqual([event.part, event.parts, event.at], [part, events.length, command.at]);
    happen(told, command, event);
  }
  assert.ok(told.members.length <= 100);
  assert.equal(new Set(told.members).size, told.members.length);
  if (!told.direct) assert.equal(told.owner === null, told.members.length === 0);
}

function happen(told: Told, command: Command, event: SequencedEvent): void {
  switch (event.kind) {
    case 'MessageSent':
      assert.ok(!told.messages.has(event.message.id), 'a second message under one nonce');
      assert.notEqual(told.delivery, 'EPHEMERAL');
      told.messages.set(event.message.id, event.message);
      told.digests.set(event.message.id, event.message.digest);
      return;
    case 'MessageEdited':
    case 'MessageDeleted': {
      const before = told.messages.get(event.message.id);
      assert.equal(before?.senderId, command.actorId, 'a change by somebody else');
      assert.equal(before.deletedAt, null, 'a change of what is deleted');
      const deletes = event.kind === 'MessageDeleted';
      if (!deletes) assert.notEqual(event.message.text, before.text, 'an event for the same text');
      const now = deletes
        ? { text: '', deletedAt: event.at }
        : { text: 'text' in command ? command.text : null, editedAt: event.at };
      assert.deepStrictEqual(event.message, { ...before, ...now });
      told.messages.set(event.message.id, event.message);
      return;
    }
    case 'MemberJoined':
      assert.ok(!told.direct);
      assert.ok(!told.members.includes(event.membership.userId));
      assert.equal(event.membership.joinedSequence, event.sequence);
      assert.equal(event.membership.joinedMessages, event.messages);
      told.members.push(event.membership.userId);
      return;
    case 'MemberLeft': {
      assert.ok(!told.direct);
      if (command.kind === 'RemoveMember') assert.equal(command.actorId, told.owner, 'removed by somebody else');
      assert.ok(told.members.includes(event.userId));
      told.members = told.members.filter((userId) => userId !== event.userId);
      const successor = event.userId === told.owner ? (told.members[0] ?? null) : null;
      assert.equal(event.successorId, successor, 'not the longest-standing');
      if (event.userId === told.owner) told.owner = successor;
      return;
    }
  }
}

/** What a sender is told, by the message as it stood before. */
function assertAnswer(told: Told, command: Command, decision: Decision): void {
  const code = codeOf(decision);
  if (told.commands.has(command.id) && decision.events.length === 0) {
    assert.equal(code, 'accepted', 'a repeat of what was accepted');
    return;
  }
  if (command.kind === 'CreateChannel') {
    assert.equal(code, told.delivery === null && command.memberIds.length > 100 ? 'GROUP_FULL' : 'accepted');
  } else if (!told.members.includes(command.actorId)) assert.equal(code, 'NOT_FOUND');
  else if (command.kind === 'SendMessage') assertSend(told, command.messageId, command.digest, decision);
  else if (command.kind === 'EditMessage' || command.kind === 'DeleteMessage') {
    const message = told.messages.get(command.messageId);
    const edit = command.kind === 'EditMessage';
    if (message === undefined) assert.equal(code, 'NOT_FOUND');
    else if (message.senderId !== command.actorId) assert.equal(code, 'FORBIDDEN');
    else if (message.deletedAt !== null && edit) assert.equal(code, 'CONFLICT');
    else assert.equal(code, 'accepted');
  } else if (told.direct) assert.equal(code, 'BAD_USER_INPUT');
  else if (command.kind === 'AddMembers') {
    const joining = new Set(command.userIds.filter((userId) => !told.members.includes(userId)));
    const full = told.members.length + joining.size > 100;
    assert.equal(code, full ? 'GROUP_FULL' : 'accepted');
    assert.equal(decision.events.length, full ? 0 : joining.size, 'all or none');
  } else if (command.kind === 'RemoveMember' && command.actorId !== told.owner) assert.equal(code, 'FORBIDDEN');
}

function assertSend(told: Told, id: MessageId, digest: string, decision: Decision): void {
  const code = codeOf(decision);
  const existing = told.messages.get(id);
  if (told.delivery === 'EPHEMERAL') assert.equal(code, 'BAD_USER_INPUT');
  else if (existing === undefined) assert.ok(code === 'accepted' || code === 'BAD_USER_INPUT');
  else if (told.digests.get(id) !== digest) assert.equal(code, 'CONFLICT');
  else assert.deepStrictEqual(decision.outcome, { accepted: true, message: existing }, 'the message as it is now');
}

describe('the sequencer', { timeout: 60_000 }, () => {
  test('keeps every rule of channels, members and messages, whatever is in the log', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(steps(80), (list) => {
        const log = logOf(list);
        const told = nothing();
        for (const [index, decision] of run(log).entries()) {
          const command = log[index]?.command;
          assert.ok(command !== undefined);
          const what = `${command.kind} ${codeOf(decision)}`;
          seen.set(what, (seen.get(what) ?? 0) + 1);
          assertAnswer(told, command, decision);
          follow(told, command, decision);
        }
      }),
      { numRuns: 600 },
    );
    const rare = ['SendMessage CONFLICT', 'EditMessage FORBIDDEN', 'AddMembers GROUP_FULL', 'CreateChannel GROUP_FULL'];
    for (const what of rare) assert.ok((seen.get(what) ?? 0) > 0, `${what} was never seen`);
  });

  const step = { gap: 0, actor: 0 };
  const create = (count: number, channelKind: 'GROUP' | 'DIRECT' = 'GROUP'): Step => ({
    ...step,
    kind: 'create',
    channelKind,
    delivery: 'PERSIST_FIRST',
    count,
  });
  const add = (from: number, count: number): Step => ({ ...step, kind: 'add', from, count });
  const codes = (...list: readonly Step[]) => run(logOf(list)).map(codeOf);

  test('takes 100 first members and not 101', () => {
    assert.deepStrictEqual(codes(create(100)), ['accepted']);
    assert.deepStrictEqual(codes(create(101), create(100)), ['GROUP_FULL', 'accepted']);
  });

  test('takes the 100th member later on and not the 101st', () => {
    assert.deepStrictEqual(codes(create(60), add(60, 40), add(100, 1)), ['accepted', 'accepted', 'GROUP_FULL']);
  });

  test('lets one of two racing additions in, whole, and the other not at all', () => {
    const decisions = run(logOf([create(60), add(60, 30), add(85, 30), add(100, 10)]));
    assert.deepStrictEqual(decisions.map(codeOf), ['accepted', 'accepted', 'GROUP_FULL', 'accepted']);
    assert.deepStrictEqual(
      decisions.map(({ events }) => events.length),
      [0, 30, 0, 10],
    );
  });

  test('hands a group on by how long members have stood in it, a return counting from the return', () => {
    const leave = (actor: number): Step => ({ gap: 0, actor, kind: 'leave' });
    const log = logOf([create(3), leave(1), add(1, 1), leave(0), leave(2), leave(1)]);
    const successors = run(log).flatMap(({ events }) =>
      events.flatMap((event) => (event.kind === 'MemberLeft' ? [event.successorId?.at(-1) ?? null] : [])),
    );
    assert.deepStrictEqual(successors, [null, '2', '1', null]);
  });

  test('leaves a direct channel as it is', () => {
    const remove: Step = { ...step, kind: 'remove', who: 1 };
    assert.deepStrictEqual(codes(create(2, 'DIRECT'), add(5, 1), remove, { ...step, kind: 'leave' }), [
      'accepted',
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
    ]);
  });

  test('answers a repeated send of somebody who was removed meanwhile with the message that it sent', () => {
    // The repeat was told NOT_FOUND, though its message stands in the channel, when the first answer had been lost.
    const send: Step = { gap: 0, actor: 1, kind: 'send', nonce: 0, text: 0, replyTo: null };
    const remove: Step = { ...step, kind: 'remove', who: 1 };
    const [, first, , again, retry] = run(logOf([create(2), send, remove, { ...step, kind: 'repeat', back: 1 }, send]));
    assert.deepStrictEqual(again?.outcome, first?.outcome);
    assert.ok(retry !== undefined);
    assert.equal(codeOf(retry), 'NOT_FOUND');
  });

  test('gives a retry the edited or deleted message, and another text under the nonce CONFLICT also then', () => {
    const send = (text: number): Step => ({ ...step, kind: 'send', nonce: 0, text, replyTo: null });
    const of = { sender: 0, nonce: 0 };
    const edit: Step = { ...step, kind: 'edit', of, text: 1 };
    const erase: Step = { ...step, kind: 'delete', of };
    const decisions = run(logOf([create(1), send(0), edit, send(0), send(1), erase, send(0), send(2), edit]));
    assert.deepStrictEqual(
      decisions.slice(3).map(({ outcome }) => (outcome.accepted ? outcome.message?.text : outcome.refusal.code)),
      ['b', 'CONFLICT', '', '', 'CONFLICT', 'CONFLICT'],
    );
  });
});
