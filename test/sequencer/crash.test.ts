import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SendMessage } from '../../src/domain/command.ts';
import { type ChannelId, newGroupId, newUserId, type UserId } from '../../src/domain/identifier.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { create, edit, send } from './commands.ts';
import { openGround, type Rig } from './rig.ts';

type Moment = 'beforeStore' | 'afterStore' | 'beforePublish';
interface Sent {
  readonly command: SendMessage;
  readonly outcome: Outcome;
}

/** Three channels, two people each, who send and edit until the loop is gone. */
async function converse(rig: Rig, channels: ReadonlyMap<ChannelId, UserId>, isOver: () => boolean): Promise<Sent[]> {
  const acknowledged: Sent[] = [];
  const talk = async (channelId: ChannelId, owner: UserId, writer: number): Promise<void> => {
    for (let index = 0; !isOver(); index += 1) {
      const command = send(channelId, owner, `${writer}/${index}`);
      const outcome = await Promise.race([rig.submit(command), over(isOver)]);
      if (outcome === null) return;
      acknowledged.push({ command, outcome });
      if (index % 5 === 4) {
        await Promise.race([rig.submit(edit(command.messageId, owner, `edited ${index}`)), over(isOver)]);
      }
    }
  };
  const writers = [...channels].flatMap(([channelId, owner]) => [1, 2].map((each) => talk(channelId, owner, each)));
  await Promise.all(writers);
  return acknowledged;
}

async function over(isOver: () => boolean): Promise<null> {
  while (!isOver()) await turn();
  return null;
}

function crashAt(rig: Rig, moment: Moment, countdown: number): () => boolean {
  let left = countdown;
  let isOver = false;
  rig.faults[moment] = () => {
    left -= 1;
    if (left > 0 || isOver) return;
    isOver = true;
    rig.crash();
  };
  return () => isOver;
}

test('whenever it crashes, no message gets a second sequence and none that was acknowledged is lost', async () => {
  await using ground = await openGround();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<Moment>('beforeStore', 'afterStore', 'beforePublish'),
      fc.integer({ min: 1, max: 120 }),
      async (moment, countdown) => {
        const channels = new Map<ChannelId, UserId>();
        const first = await ground.start({ pushFirstBatchMs: 2 });
        for (const delivery of ['PERSIST_FIRST', 'PUSH_FIRST', 'PUSH_FIRST'] as const) {
          const [channelId, owner] = [newGroupId(), newUserId()];
          channels.set(channelId, owner);
          await first.submit(create(channelId, [owner], delivery));
        }
        const acknowledged = await converse(first, channels, crashAt(first, moment, countdown));
        await first[Symbol.asyncDispose]();

        await using second = await ground.start();
        await second.sequencer.replayed();
        for (const [channelId, owner] of channels) {
          // The loop goes on from there.
          expect(await second.submit(send(channelId, owner, 'after'))).toMatchObject({ accepted: true });
        }
        await second.sequencer.close();
        for (const channelId of channels.keys()) {
          const events = await ground.storage.events.after(channelId, 0, 10_000);
          expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
          const messages = events.flatMap((event) => (event.kind === 'MessageSent' ? [event.message.id] : []));
          expect(new Set(messages).size).toBe(messages.length);
          for (const { command, outcome } of acknowledged.filter((sent) => sent.command.channelId === channelId)) {
            const sequence = outcome.accepted ? outcome.message?.sequence : undefined;
            expect(messages).toContain(command.messageId);
            expect(events[(sequence ?? 0) - 1]).toMatchObject({
              kind: 'MessageSent',
              message: { id: command.messageId },
            });
          }
          // What both loops pushed is one and the same.
          for (const pushed of [...first.pushed(channelId), ...second.pushed(channelId)]) {
            const { kind, commandId } = pushed;
            expect(events[pushed.sequence - 1]).toMatchObject({ kind, commandId });
          }
        }
      },
    ),
    { numRuns: 25 },
  );
});
