import { expect, it } from 'vitest';
import { newUserId } from '../../src/domain/identifier.ts';
import { createWorld, noOverflow, take, viewer } from './model.ts';

it('a replay shows no text that has been deleted, though the deletion was pushed first and is not stored yet', async () => {
  const world = createWorld({ feedEventsMax: 3, catchUpPageEvents: 5 });
  const [member, author] = [viewer(), newUserId()];
  const channel = world.channel(member.userId, author);
  const channelId = channel.id;
  const request = { viewer: member, channelId, overflow: noOverflow };
  const live = await world.hub.channel({ ...request, after: null });
  const sent = Array.from({ length: 10 }, (_, index) => channel.send(author, `secret ${index}`));
  await world.publish(channel, ...sent);
  const [first, second] = sent;
  if (first === undefined || second === undefined) throw new Error('nothing was sent');
  for (const event of [channel.delete(first.message), channel.edit(second.message, 'mended')]) {
    await world.hint(channel, { kind: 'event', event });
  }
  await take(live, 12);
  expect(channel.stored).toBe(10);

  const replay = await world.hub.channel({ ...request, after: 0 });
  const events = await take(replay, 12);
  const texts = events.map((event) => 'message' in event && event.message.text);
  expect(texts).toEqual(['', 'mended', ...[2, 3, 4, 5, 6, 7, 8, 9].map((index) => `secret ${index}`), '', 'mended']);
  await world.hub.close();
});
