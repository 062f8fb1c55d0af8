import { createHash, timingSafeEqual } from 'node:crypto';
import type { Limits } from '../config/limits.ts';
import { badInput, forbidden, ParleyError } from '../domain/error.ts';
import {
  type ChannelId,
  type MessageId,
  namedGroupId,
  namedMessageId,
  newUserId,
  type UserId,
} from '../domain/identifier.ts';
import { MEMBERS_MAX } from '../domain/membership.ts';
import type { Message } from '../domain/message.ts';
import { hasBidiControl, isBlank } from '../domain/text.ts';
import { parseHandle, type User } from '../domain/user.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Storage } from '../storage/storage.ts';
import type { ChannelRoom } from './channel-room.ts';
import type { Commands } from './commands.ts';
import { isLongerThan } from './input.ts';
import type { Memberships } from './memberships.ts';
import type { Messages } from './messages.ts';
import type { ServiceRates } from './services.ts';

export interface ImportLine {
  /** Of the file, from 1: with the file's name it is the message's nonce. */
  readonly line: number;
  readonly at: number;
  readonly channel: string;
  readonly author: string;
  readonly text: string;
}

export interface ImportRequest {
  readonly importToken: string;
  readonly file: string;
  /** A name that the file may have been imported under before. */
  readonly formerFile?: string | null;
  readonly lines: readonly ImportLine[];
  /** Wrong tokens are counted by it. */
  readonly clientAddress: string;
}

export interface ImportResult {
  readonly imported: number;
  /** Lines that an earlier run had brought in. */
  readonly repeated: number;
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
}

export interface ImportsOptions {
  readonly storage: Pick<Storage, 'users' | 'channels' | 'memberships' | 'events'>;
  readonly commands: Commands;
  readonly messages: Messages;
  readonly memberships: Pick<Memberships, 'tellAdded'>;
  readonly room: ChannelRoom;
  readonly rates: ServiceRates;
  readonly limits: Limits;
  /** Null: imports are refused. */
  readonly importToken: string | null;
}

type Skipped = { line: number; reason: string };

interface Draft {
  readonly line: ImportLine;
  readonly author: UserId;
  readonly nonce: string;
  readonly id: MessageId;
  /** Of the same line under the file's former name. */
  readonly formerId: MessageId | null;
}

const CONFLICT = 'CONFLICT: another text was imported as this line of this file';

/** Brings in the history of another chat, with its own times. The importing user takes one seat of every channel. */
export class Imports {
  readonly #options: ImportsOptions;

  constructor(options: ImportsOptions) {
    this.#options = options;
  }

  /**
   * FORBIDDEN without the node's import token, RATE_LIMITED after many wrong ones. Lines of one channel are stored in the
   * order given.
   */
  async run(viewer: Viewer, request: ImportRequest): Promise<ImportResult> {
    const { limits } = this.#options;
    const { file, formerFile = null, lines } = request;
    this.#requireToken(viewer, request);
    if (lines.length > limits.importLinesMax)
      throw badInput('lines', `At most ${limits.importLinesMax} lines at once.`);
    for (const [field, name] of Object.entries({ file, formerFile })) {
      if (name === null || !lines.some(({ line }) => isLongerThan(nonceOf(name, line), limits.nonceCharactersMax))) {
        continue;
      }
      throw badInput(field, `With a colon and a line number it has at most ${limits.nonceCharactersMax} characters.`);
    }
    const skipped: Skipped[] = [];
    const numbers = new Set<number>();
    const sound = lines.filter((line) => {
      const reason = numbers.has(line.line) ? 'its number was given before' : this.#unsound(line);
      numbers.add(line.line);
      if (reason !== null) skipped.push({ line: line.line, reason });
      return reason === null;
    });
    const authors = await this.#ensureAuthors(sound);
    const groups = await this.#ensureGroups(viewer, sound);
    let imported = 0;
    let repeated = 0;
    for (const [channelId, ofChannel] of Map.groupBy(sound, ({ channel }) => groups.get(channel) ?? null)) {
      if (channelId === null) {
        for (const { line, channel } of ofChannel) {
          skipped.push({ line, reason: this.#noRoom('whoever imports', nameOf(channel)) });
        }
        continue;
      }
      const drafts = ofChannel.flatMap((line): Draft[] => {
        const author = authors.get(handleOf(line));
        if (author === undefined) return [];
        const idIn = (name: string) => namedMessageId(channelId, author, nonceOf(name, line.line));
        const formerId = formerFile === null ? null : idIn(formerFile);
        return [{ line, author, nonce: nonceOf(file, line.line), id: idIn(file), formerId }];
      });
      const { missing, conflicting } = await this.#sift(channelId, drafts);
      const { seated, turnedAway } = await this.#seat(viewer, channelId, missing);
      const fresh = missing.filter(({ author }) => seated.has(author));
      for (const { line, author } of missing) {
        if (seated.has(author)) continue;
        skipped.push({
          line: line.line,
          reason: turnedAway.has(author) ? this.#noRoom(line.author, nameOf(line.channel)) : noSeat(line),
        });
      }
      const refused = (await Promise.all(fresh.map((draft) => this.#append(channelId, draft)))).filter(
        (draft) => draft !== null,
      );
      for (const { line } of [...conflicting, ...refused]) skipped.push({ line: line.line, reason: CONFLICT });
      imported += fresh.length - refused.length;
      repeated += drafts.length - missing.length - conflicting.length;
    }
    return { imported, repeated, skipped: skipped.sort((one, other) => one.line - other.line) };
  }

  /** Those that are not there, and those in whose place there is another message. The others were imported before. */
  async #sift(
    channelId: ChannelId,
    drafts: readonly Draft[],
  ): Promise<{ readonly missing: readonly Draft[]; readonly conflicting: readonly Draft[] }> {
    const { events } = this.#options.storage;
    const known = await events.messagesById(
      channelId,
      drafts.map(({ id }) => id),
    );
    const unknown = drafts.filter(({ id }) => !known.has(id));
    const formerIds = unknown.flatMap(({ formerId }) => formerId ?? []);
    const former = formerIds.length === 0 ? null : await events.messagesById(channelId, formerIds);
    const isFormer = ({ formerId, line }: Draft): boolean => {
      const there = formerId === null ? undefined : former?.get(formerId)?.message;
      // Files of one name shared their ids: what tells their lines apart, where both have the same text, is the time.
      return there !== undefined && there.createdAt === line.at && isSame(there, line);
    };
    return {
      missing: unknown.filter((draft) => !isFormer(draft)),
      conflicting: drafts.filter(({ id, line }) => {
        const there = known.get(id)?.message;
        return there !== undefined && !isSame(there, line);
      }),
    };
  }

  /** The draft where another run that is at work meanwhile has put another text in its place, else null. */
  async #append(channelId: ChannelId, draft: Draft): Promise<Draft | null> {
    const { line, author, nonce } = draft;
    try {
      const message = { channelId, text: line.text, nonce, replyTo: null };
      await this.#options.messages.append({ userId: author }, message, line.at);
      return null;
    } catch (error) {
      if (error instanceof ParleyError && error.code === 'CONFLICT') return draft;
      throw error;
    }
  }

  /** Whoever has guessed too often learns nothing more, not even of the right one. */
  #requireToken({ userId }: Viewer, given: ImportRequest): void {
    const { importToken, rates } = this.#options;
    if (importToken === null) throw forbidden('This node takes no imports: it was started without IMPORT_TOKEN.');
    const guessers = [userId, given.clientAddress];
    for (const guesser of guessers) rates.check('importToken', guesser);
    const digest = (text: string) => createHash('sha256').update(text).digest();
    if (timingSafeEqual(digest(given.importToken), digest(importToken))) return;
    for (const guesser of guessers) rates.take('importToken', guesser);
    throw forbidden('The import token is wrong.');
  }

  #unsound({ author, text, channel }: ImportLine): string | null {
    const { textCharactersMax, nameCharactersMax } = this.#options.limits;
    if (parseHandle(author) === null) return `${author.slice(0, 40)} can't be a handle`;
    if (isBlank(text)) return 'the text is blank';
    if (isLongerThan(text, textCharactersMax)) return `the text has more than ${textCharactersMax} characters`;
    if (!text.isWellFormed()) return 'the text is not well-formed Unicode';
    const name = nameOf(channel);
    const isFitting = !isBlank(name) && !hasBidiControl(name) && !isLongerThan(name, nameCharactersMax);
    if (!isFitting || !name.isWellFormed()) return 'the channel has no fitting name';
    return null;
  }

  /** Authors without an account get one that nobody can log in to. */
  async #ensureAuthors(lines: readonly ImportLine[]): Promise<ReadonlyMap<string, UserId>> {
    const { users } = this.#options.storage;
    const authors = new Map<string, UserId>();
    for (const line of lines) {
      const handle = handleOf(line);
      if (authors.has(handle)) continue;
      const user: User = { id: newUserId(), handle, name: line.author, createdAt: line.at };
      const existing = await users.byHandle(handle);
      if (existing === null) await users.create(user, null);
      authors.set(handle, (existing ?? (await users.byHandle(handle)) ?? user).id);
    }
    return authors;
  }

  /** By the names as the lines give them. */
  async #ensureGroups(viewer: Viewer, lines: readonly ImportLine[]): Promise<ReadonlyMap<string, ChannelId | null>> {
    const groups = new Map<string, ChannelId | null>();
    for (const { channel, at } of lines) {
      if (!groups.has(channel)) groups.set(channel, await this.#ensureGroup(viewer, channel, at));
    }
    return groups;
  }

  /** Null where it does not exist and the viewer is in as many channels as anybody may be. */
  async #ensureGroup(viewer: Viewer, given: string, at: number): Promise<ChannelId | null> {
    const { storage, commands, room } = this.#options;
    const name = nameOf(given);
    const idOf = (each: string) => namedGroupId(viewer.userId, `import:${each}`);
    const channelId = idOf(name);
    const untrimmedId = idOf(given);
    const known = await storage.channels.byIds([...new Set([channelId, untrimmedId])]);
    // Names were not trimmed once: what was imported under one then is not to come in again beside it.
    if (known.has(untrimmedId)) return untrimmedId;
    if (known.has(channelId)) return channelId;
    const memberIds = [viewer.userId];
    using taken = await room.take(memberIds);
    if (taken === null) return null;
    const create = {
      kind: 'CreateChannel',
      channelId,
      channelKind: 'GROUP',
      name,
      delivery: 'PERSIST_FIRST',
      memberIds,
    } as const;
    await commands.run(viewer.userId, create, at);
    return channelId;
  }

  /**
   * Gives seats in the order of first words, as long as there are any: whoever has left and has nothing new to say stays away. Turned away
   * is who is in too many channels already.
   */
  async #seat(
    viewer: Viewer,
    channelId: ChannelId,
    drafts: readonly { readonly line: ImportLine; readonly author: UserId }[],
  ): Promise<{ readonly seated: ReadonlySet<UserId>; readonly turnedAway: ReadonlySet<UserId> }> {
    const { storage, commands, memberships, room } = this.#options;
    const turnedAway = new Set<UserId>();
    const before = new Set((await storage.memberships.ofChannel(channelId)).map(({ userId }) => userId));
    const seated = new Set(before);
    try {
      for (const { line, author } of drafts) {
        if (seated.has(author) || turnedAway.has(author) || seated.size >= MEMBERS_MAX) continue;
        using taken = await room.take([author]);
        if (taken === null) {
          turnedAway.add(author);
          continue;
        }
        try {
          await commands.run(viewer.userId, { kind: 'AddMembers', channelId, userIds: [author] }, line.at);
          seated.add(author);
        } catch (error) {
          if (!(error instanceof ParleyError && error.code === 'GROUP_FULL')) throw error;
        }
      }
    } finally {
      // Once for all of them, those before a failure included: when the import is repeated they are no news.
      const added = [...seated].filter((id) => !before.has(id));
      if (added.length > 0) memberships.tellAdded(channelId, added);
    }
    return { seated, turnedAway };
  }

  #noRoom(who: string, name: string): string {
    return `no room for ${name}: ${who} is in ${this.#options.limits.channelsPerUserMax} channels, as many as anybody may be`;
  }
}

const noSeat = ({ author, channel }: ImportLine): string =>
  `no seat for ${author} in ${nameOf(channel)}: a group has at most ${MEMBERS_MAX} members`;

const nonceOf = (file: string, line: number): string => `${file}:${line}`;

const nameOf = (channel: string): string => channel.trim();

const handleOf = (line: ImportLine): string => line.author.toLowerCase();

/** Of one that was edited or deleted since, the first text is gone: the time tells. */
const isSame = ({ text, createdAt, editedAt, deletedAt }: Message, line: ImportLine): boolean =>
  editedAt === null && deletedAt === null ? text === line.text : createdAt === line.at;
