import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SendMessage } from '../../src/domain/command.ts';
import { type ChannelId, namedMessageId, newCommandId, newGroupId, newUserId } from '../../src/domain/identifier.ts';
import type { Log } from '../../src/log/log.ts';
import { LogReader } from './log-reader.ts';

export interface LogFixture {
  readonly log: Log;
  /** Ends the log as a restart would and opens it again, on the same commands. */
  reopen(): Promise<Log>;
  close(): Promise<void>;
}

const commandFor = (channelId: ChannelId, text = 'hello'): SendMessage => {
  const id = newCommandId();
  const actorId = newUserId();
  const messageId = namedMessageId(channelId, actorId, id);
  return {
    kind: 'SendMessage',
    id,
    channelId,
    actorId,
    at: 1,
    origin: 'n',
    messageId,
    text,
    replyTo: null,
    digest: 'd',
  };
};
const idsOf = (commands: readonly SendMessage[]) => commands.map(({ id }) => id);

/** What every implementation of the port promises. Each test has a log of its own. */
export function logConformance(name: string, open: () => Promise<LogFixture>): void {
  describe(`${name}: the log port`, () => {
    let fixture: LogFixture;
    beforeEach(async () => {
      fixture = await open();
    });
    afterEach(() => fixture.close());

    it('gives commands as they were appended, whatever they say', async () => {
      const command = { ...commandFor(newGroupId(), 'Zoë 🎈 \u0000 "\\'.repeat(500)), replyTo: null };
      await fixture.log.append(command);
      const reader = new LogReader().read(fixture.log);
      await reader.has([command.id]);
      expect(reader.records.map((record) => record.command)).toEqual([command]);
      expect(reader.faults).toEqual([]);
    });

    it("keeps a channel's commands in one partition, in the order of the appends, also when none is awaited", async () => {
      const { log } = fixture;
      const reader = new LogReader().read(log);
      const channels = Array.from({ length: 5 }, newGroupId);
      const commands = Array.from({ length: 1_500 }, (_, index) => commandFor(channels[index % 5] ?? newGroupId()));
      await Promise.all(commands.map((command) => log.append(command)));
      await reader.has(idsOf(commands));
      for (const channelId of channels) {
        const of = reader.records.filter(({ command }) => command.channelId === channelId);
        expect(of.map(({ command }) => command.id)).toEqual(
          idsOf(commands.filter((command) => command.channelId === channelId)),
        );
        expect(new Set(of.map(({ position }) => position.partition))).toEqual(new Set([log.partitionOf(channelId)]));
      }
      expect(reader.faults).toEqual([]);
    });

    it('gives the next batch only when the last was taken', async () => {
      const { log } = fixture;
      const reader = new LogReader(new Map(), 2).read(log);
      const channelId = newGroupId();
      const commands = Array.from({ length: 1_200 }, () => commandFor(channelId));
      for (let start = 0; start < commands.length; start += 40) {
        await Promise.all(commands.slice(start, start + 40).map((command) => log.append(command)));
      }
      await reader.has(idsOf(commands));
      expect(reader.records).toHaveLength(commands.length);
      expect(reader.faults).toEqual([]);
    });

    it('holds what was acknowledged after a restart, and reads it from where its effects had come to', async () => {
      const channelId = newGroupId();
      const [before, after] = [Array.from({ length: 20 }, () => commandFor(channelId)), [commandFor(channelId)]];
      const first = new LogReader().read(fixture.log);
      await Promise.all(before.map((command) => fixture.log.append(command)));
      await first.has(idsOf(before));
      await Promise.all(after.map((command) => fixture.log.append(command)));
      const consumed = new Map([...first.consumed()].map(([key]) => [key, first.records[9]?.position.offset ?? 0]));

      const reopened = await fixture.reopen();
      const second = new LogReader(consumed).read(reopened);
      await second.has(idsOf(after));
      expect(second.records.map(({ command }) => command.id)).toEqual(idsOf([...before.slice(10), ...after]));
      expect(second.records.slice(0, 10)).toEqual(first.records.slice(10, 20));
      expect(second.faults).toEqual([]);
    });

    it('reads from the oldest where nothing has had its effect', async () => {
      const commands = Array.from({ length: 3 }, () => commandFor(newGroupId()));
      for (const command of commands) await fixture.log.append(command);
      const reader = new LogReader().read(await fixture.reopen());
      await reader.has(idsOf(commands));
      expect(reader.records).toHaveLength(3);
    });

    it('holds a command twice that was appended twice', async () => {
      const command = commandFor(newGroupId());
      const marker = commandFor(command.channelId);
      for (const each of [command, command, marker]) await fixture.log.append(each);
      const reader = new LogReader().read(fixture.log);
      await reader.has([marker.id]);
      expect(reader.records.map((record) => record.command.id)).toEqual([command.id, command.id, marker.id]);
    });

    it('tells the end of every partition, null where there never was a command', async () => {
      const { log } = fixture;
      for (const { offset } of await log.ends()) expect(offset).toBeNull();
      const commands = Array.from({ length: 12 }, () => commandFor(newGroupId()));
      for (const command of commands) await log.append(command);
      const ends = await log.ends();
      const reader = new LogReader().read(log);
      await reader.has(idsOf(commands));
      const newest = new Map(reader.records.map(({ position }) => [position.partition, position.offset]));
      for (const { partition, offset } of ends) expect(offset).toBe(newest.get(partition.partition) ?? null);
      const partitions = ends.map(({ partition }) => partition.partition);
      for (const { channelId } of commands) expect(partitions).toContain(log.partitionOf(channelId));
    });

    it('never gives an offset again, and keeps the ends, after all was trimmed', async () => {
      const channelId = newGroupId();
      const commands = Array.from({ length: 5 }, () => commandFor(channelId));
      const first = new LogReader().read(fixture.log);
      for (const command of commands) await fixture.log.append(command);
      await first.has(idsOf(commands));
      const newest = first.records.at(-1);
      if (newest === undefined) throw new Error('nothing was read');
      await fixture.log.trim(newest.position, newest.position.offset);
      const ends = await fixture.log.ends();

      const reopened = await fixture.reopen();
      expect(await reopened.ends()).toEqual(ends);
      const second = new LogReader(first.consumed()).read(reopened);
      const later = commandFor(channelId);
      await reopened.append(later);
      await second.has([later.id]);
      expect(second.records).toHaveLength(1);
      expect(second.records[0]?.position.offset).toBeGreaterThan(newest.position.offset);
      expect(second.records[0]?.position.epoch).toBe(newest.position.epoch);
    });

    it('keeps what is above a trim, also when an older trim comes late', async () => {
      const channelId = newGroupId();
      const commands = Array.from({ length: 10 }, () => commandFor(channelId));
      const first = new LogReader().read(fixture.log);
      for (const command of commands) await fixture.log.append(command);
      await first.has(idsOf(commands));
      for (const index of [5, 2]) {
        const { position } = first.records[index] ?? {};
        if (position !== undefined) await fixture.log.trim(position, position.offset);
      }
      const second = new LogReader().read(await fixture.reopen());
      await second.has(idsOf(commands.slice(6)));
      expect(second.records.slice(-4)).toEqual(first.records.slice(6));
    });

    it('stops when the signal aborts', async () => {
      const { log } = fixture;
      const reader = new LogReader().read(log);
      const [read, unread] = [commandFor(newGroupId()), commandFor(newGroupId())];
      await log.append(read);
      await reader.has([read.id]);
      reader.stop();
      await log.append(unread);
      const next = new LogReader(reader.consumed()).read(await fixture.reopen());
      await next.has([unread.id]);
      expect(idsOf(reader.records.map(({ command }) => command as SendMessage))).toEqual([read.id]);
      expect(reader.faults).toEqual([]);
    });

    it('has one consumer', () => {
      new LogReader().read(fixture.log);
      expect(() => new LogReader().read(fixture.log)).toThrow();
    });

    it('refuses what is appended after its end with UNAVAILABLE', async () => {
      await fixture.log.close();
      await expect(fixture.log.append(commandFor(newGroupId()))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    });
  });
}
