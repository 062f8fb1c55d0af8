import { createHash, timingSafeEqual } from 'node:crypto';
import type { Limits } from '../config/limits.ts';
import { badInput, forbidden, ParleyError } from '../domain/error.ts';
import { type ChannelId, namedGroupId, namedMessageId, newUserId, type UserId } from '../domain/identifier.ts';
import { MEMBERS_MAX } from '../domain/membership.ts';
import { hasBidiControl, isBlank } from '../domain/text.ts';
import { parseHandle, type User } from '../domain/user.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Storage } from '../storage/storage.ts';
import type { ChannelRoom } from './channel-room.ts';
import type { Commands } from './commands.ts';
import { isLongerThan } from './input.ts';
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
  readonly room: ChannelRoom;
  readonly rates: ServiceRates;
  readonly limits: Limits;
  /** Null: imports are refused. */
  readonly importToken: string | null;
}

type Skipped = { line: number; reason: string };

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
    const { file, lines } = request;
    this.#requireToken(viewer, request);
    if (lines.length > limits.importLinesMax)
      throw badInput('lines', `At most ${limits.importLinesMax} lines at once.`);
    const lineNonce = (line: number): string => `${file}:${line}`;
    if (lines.some(({ line }) => isLongerThan(lineNonce(line), limits.nonceCharactersMax))) {
      throw badInput('file', `With a colon and a line number it has at most ${limits.nonceCharactersMax} characters.`);
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
    let imported = 0;
    let repeated = 0;
    for (const [name, ofChannel] of Map.groupBy(sound, ({ channel }) => channel)) {
      const channelId = await this.#ensureGroup(viewer, name, ofChannel[0]?.at ?? 0);
      if (channelId === null) {
        for (const { line } of ofChannel) skipped.push({ line, reason: this.#noRoom('whoever imports', name) });
        continue;
      }
      const drafts = ofChannel.flatMap((line) => {
        const author = authors.get(handleOf(line));
        const nonce = lineNonce(line.line);
        return author === undefined ? [] : { line, author, nonce, id: namedMessageId(channelId, author, nonce) };
      });
      const known = await this.#options.storage.events.messagesById(
        channelId,
        drafts.map(({ id }) => id),
      );
      const missing = drafts.filter(({ id }) => !known.has(id));
      const { seated, turnedAway } = await this.#seat(viewer, channelId, missing);
      const fresh = missing.filter(({ author }) => seated.has(author));
      for (const { line, author } of missing) {
        if (seated.has(author)) continue;
        skipped.push({
          line: line.line,
          reason: turnedAway.has(author) ? this.#noRoom(line.author, name) : noSeat(line),
        });
      }
      await Promise.all(
        fresh.map(({ line, author, nonce }) =>
          this.#options.messages.append(
            { userId: author },
            { channelId, text: line.text, nonce, replyTo: null },
            line.at,
          ),
        ),
      );
      imported += fresh.length;
      repeated += known.size;
    }
    return { imported, repeated, skipped: skipped.sort((one, other) => one.line - other.line) };
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
    const isFitting = !isBlank(channel) && !hasBidiControl(channel) && !isLongerThan(channel, nameCharactersMax);
    if (!isFitting) return 'the channel has no fitting name';
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

  /** Null where it does not exist and the viewer is in as many channels as anybody may be. */
  async #ensureGroup(viewer: Viewer, name: string, at: number): Promise<ChannelId | null> {
    const { storage, commands, room } = this.#options;
    const channelId = namedGroupId(viewer.userId, `import:${name}`);
    if ((await storage.channels.byIds([channelId])).has(channelId)) return channelId;
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
    const { storage, commands, room } = this.#options;
    const turnedAway = new Set<UserId>();
    const seated = new Set((await storage.memberships.ofChannel(channelId)).map(({ userId }) => userId));
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
    return { seated, turnedAway };
  }

  #noRoom(who: string, name: string): string {
    return `no room for ${name}: ${who} is in ${this.#options.limits.channelsPerUserMax} channels, as many as anybody may be`;
  }
}

const noSeat = ({ author, channel }: ImportLine): string =>
  `no seat for ${author} in ${channel}: a group has at most ${MEMBERS_MAX} members`;

const handleOf = (line: ImportLine): string => line.author.toLowerCase();
