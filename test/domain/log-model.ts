import fc from 'fast-check';
import type { ChannelKind, Delivery } from '../../src/domain/channel.ts';
import type { Command } from '../../src/domain/command.ts';
import { type MessageId, namedMessageId } from '../../src/domain/identifier.ts';
import type { LogRecord } from '../../src/domain/sequencer.ts';
import { commandId, GROUP, people, person } from './cast.ts';

/** A message by who sent it under which nonce, whether or not it ever was. */
interface Named {
  readonly sender: number;
  readonly nonce: number;
}

/** One thing that somebody appends; `gap` is how many offsets are skipped before it. */
export type Step = { readonly gap: number; readonly actor: number } & (
  | { readonly kind: 'create'; readonly channelKind: ChannelKind; readonly delivery: Delivery; readonly count: number }
  | { readonly kind: 'send'; readonly nonce: number; readonly text: number; readonly replyTo: Named | null }
  | { readonly kind: 'edit'; readonly of: Named; readonly text: number }
  | { readonly kind: 'delete'; readonly of: Named }
  | { readonly kind: 'add'; readonly from: number; readonly count: number }
  | { readonly kind: 'remove'; readonly who: number }
  | { readonly kind: 'leave' }
  | { readonly kind: 'burst'; readonly count: number }
  | { readonly kind: 'repeat'; readonly back: number }
);

const ACTORS = 5;
const actor = fc.nat(ACTORS - 1);
const gap = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(9) });
const named = fc.record({ sender: actor, nonce: fc.nat(2) });
const text = fc.nat(2);
const base = { gap, actor };

const creation = fc.record({
  ...base,
  kind: fc.constant('create' as const),
  channelKind: fc.constantFrom<ChannelKind>('GROUP', 'GROUP', 'GROUP', 'GROUP', 'DIRECT'),
  delivery: fc.constantFrom<Delivery>('PERSIST_FIRST', 'PUSH_FIRST', 'PERSIST_FIRST', 'PUSH_FIRST', 'EPHEMERAL'),
  count: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: ACTORS }) },
    { weight: 1, arbitrary: fc.integer({ min: 95, max: 101 }) },
  ),
});

const stepsOf = {
  create: { weight: 1, arbitrary: creation },
  send: {
    weight: 10,
    arbitrary: fc.record({
      ...base,
      kind: fc.constant('send' as const),
      nonce: fc.nat(2),
      text,
      replyTo: fc.option(named, { freq: 3 }),
    }),
  },
  edit: { weight: 8, arbitrary: fc.record({ ...base, kind: fc.constant('edit' as const), of: named, text }) },
  delete: { weight: 3, arbitrary: fc.record({ ...base, kind: fc.constant('delete' as const), of: named }) },
  add: {
    weight: 4,
    arbitrary: fc.record({
      ...base,
      kind: fc.constant('add' as const),
      from: fc.oneof(actor, fc.nat(110)),
      count: fc.oneof({ weight: 4, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.nat(60) }),
    }),
  },
  remove: { weight: 3, arbitrary: fc.record({ ...base, kind: fc.constant('remove' as const), who: actor }) },
  leave: { weight: 3, arbitrary: fc.record({ ...base, kind: fc.constant('leave' as const) }) },
  repeat: { weight: 6, arbitrary: fc.record({ ...base, kind: fc.constant('repeat' as const), back: fc.nat(40) }) },
};

const anyStep: fc.Arbitrary<Step> = fc.oneof(...Object.values<fc.WeightedArbitrary<Step>>(stepsOf));

/** Mostly a creation first, and then anything by anyone. */
export const steps = (maxLength: number): fc.Arbitrary<readonly Step[]> =>
  fc
    .tuple(
      fc.array(anyStep, { maxLength: 2 }),
      creation,
      fc.array(anyStep, { maxLength, size: 'max' }),
      fc.constantFrom(true, false, false, false),
    )
    .map(([before, first, after, late]) => (late ? [...before, first, ...after] : [first, ...after]));

const none = { gap: 0, actor: 0 };
const founding: Step = { ...none, kind: 'create', channelKind: 'GROUP', delivery: 'PERSIST_FIRST', count: ACTORS };

/**
 * An edit and one that undoes it, so many events later the first again: on either side of the repeat window's edge, by
 * events or by the fewer commands that made them.
 */
export const longSteps: fc.Arbitrary<readonly Step[]> = fc
  .record({
    joining: fc.nat(60),
    distance: fc.oneof(fc.integer({ min: 250, max: 262 }), fc.integer({ min: 150, max: 330 })),
    after: fc.array(anyStep, { maxLength: 20 }),
  })
  .map(({ joining, distance, after }): readonly Step[] => {
    const edit = { ...none, kind: 'edit' as const, of: { sender: 0, nonce: 0 } };
    const count = distance - joining;
    return [
      founding,
      { ...none, kind: 'send', nonce: 0, text: 0, replyTo: null },
      { ...edit, text: 1 },
      { ...edit, text: 0 },
      { ...none, kind: 'add', from: 10, count: joining },
      { ...none, kind: 'burst', count },
      { ...none, kind: 'repeat', back: count + 2 },
      ...after,
    ];
  });

const messageOf = ({ sender, nonce }: Named): MessageId => namedMessageId(GROUP, person(sender), `${nonce}`);
const textOf = (index: number): string => 'abc'.charAt(index);

/** The log that steps make; those of an earlier log can be repeated in it too. */
export function logOf(list: readonly Step[], epoch = 'first', earlier: readonly LogRecord[] = []): LogRecord[] {
  const log: LogRecord[] = [];
  const commands = earlier.map(({ command }) => command);
  let offset = 0;
  const append = (command: Command): void => {
    commands.push(command);
    log.push({ command, position: { epoch, partition: 0, offset } });
    offset += 1;
  };
  for (const step of list) {
    offset += step.gap;
    const count = step.kind === 'burst' ? step.count : 1;
    for (let turn = 0; turn < count; turn++) append(commandOf(step, turn, commands));
  }
  return log;
}

function commandOf(step: Step, turn: number, commands: readonly Command[]): Command {
  const number = commands.length;
  const common = {
    id: commandId(number),
    channelId: GROUP,
    actorId: person(step.actor),
    at: 1_000_000 + number,
    origin: 'node',
  };
  switch (step.kind) {
    case 'create': {
      const memberIds = [...new Set([common.actorId, ...people(0, step.count)])].slice(0, step.count);
      const { channelKind, delivery } = step;
      return { ...common, kind: 'CreateChannel', channelKind, name: null, delivery, memberIds };
    }
    case 'send': {
      const replyTo = step.replyTo === null ? null : messageOf(step.replyTo);
      const words = textOf(step.text);
      const messageId = messageOf({ sender: step.actor, nonce: step.nonce });
      return { ...common, kind: 'SendMessage', messageId, text: words, replyTo, digest: `${words}|${replyTo}` };
    }
    case 'burst': {
      const messageId = namedMessageId(GROUP, common.actorId, `burst ${number} ${turn}`);
      return { ...common, kind: 'SendMessage', messageId, text: 'x', replyTo: null, digest: 'x|null' };
    }
    case 'edit':
      return { ...common, kind: 'EditMessage', messageId: messageOf(step.of), text: textOf(step.text) };
    case 'delete':
      return { ...common, kind: 'DeleteMessage', messageId: messageOf(step.of) };
    case 'add':
      return { ...common, kind: 'AddMembers', userIds: people(step.from, step.count) };
    case 'remove':
      return { ...common, kind: 'RemoveMember', userId: person(step.who) };
    case 'leave':
      return { ...common, kind: 'LeaveChannel' };
    case 'repeat':
      return commands[number - 1 - (step.back % Math.max(1, number))] ?? { ...common, kind: 'LeaveChannel' };
  }
}
