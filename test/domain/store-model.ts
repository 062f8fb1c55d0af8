import assert from 'node:assert/strict';
import type { Channel } from '../../src/domain/channel.ts';
import type { KnownMessage } from '../../src/domain/channel-view.ts';
import type { SequencedEvent } from '../../src/domain/event.ts';
import type { MessageId, UserId } from '../../src/domain/identifier.ts';
import type { Membership, Role } from '../../src/domain/membership.ts';
import type { StoredMessage } from '../../src/domain/message.ts';
import type { Position } from '../../src/domain/position.ts';
import type { Creation, Decision } from '../../src/domain/sequencer.ts';

/** A value that only a write with a higher sequence replaces. Two with the same sequence must be the same. */
class Register<Value> {
  #sequence = -1;
  #value: Value | null = null;

  write(sequence: number, value: Value): void {
    if (sequence === this.#sequence) assert.deepStrictEqual(value, this.#value);
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    this.#value = value;
  }
  get sequence(): number {
    return this.#sequence;
  }
  get value(): Value | null {
    return this.#value;
  }
}

interface Person {
  readonly joined: Register<Membership>;
  readonly left: Register<null>;
  readonly role: Register<Role>;
}
interface Text {
  readonly position: Register<Position>;
  readonly message: Register<StoredMessage>;
}

/** One write: of a row, or of a part of the state that may come any time after its row. */
export interface Writes {
  readonly rows: readonly (() => void)[];
  /** `after` is how many of the rows have to be written first. */
  readonly state: readonly { readonly after: number; readonly write: () => void }[];
}

/**
 * One channel in a store that promises no more than the storage port does: rows in channel order, state after its rows,
 * and writes that a late repetition can't move back.
 */
export class StoreModel {
  readonly #rows: SequencedEvent[] = [];
  readonly #channel = new Register<Channel & { readonly created: Position }>();
  readonly #people = new Map<UserId, Person>();
  readonly #texts = new Map<MessageId, Text>();
  /** Index in the log of the first command that may not have had its whole effect. */
  consumed = 0;

  writesOf(decisions: readonly Decision[]): Writes {
    const rows: (() => void)[] = [];
    const state: { after: number; write: () => void }[] = [];
    for (const { creation, events } of decisions) {
      const after = rows.length;
      if (creation !== null) state.push(...this.#creationWrites(creation).map((write) => ({ after, write })));
      for (const event of events) {
        rows.push(() => this.#writeRow(event));
        // By what id a message is found is no state that its row changes: it may come before the row.
        const first = event.kind === 'MessageSent' ? 0 : rows.length;
        state.push(...this.#stateWrites(event).map((write) => ({ after: first, write })));
      }
    }
    return { rows, state };
  }

  #writeRow(event: SequencedEvent): void {
    const there = this.#rows[event.sequence - 1];
    if (there !== undefined) assert.deepStrictEqual(event, there, 'two contents under one sequence');
    else assert.equal(this.#rows.push(event), event.sequence, 'a hole before this row');
  }

  #creationWrites({ channel, members, position }: Creation): (() => void)[] {
    return [
      () => this.#channel.write(0, { ...channel, created: position }),
      ...members.map((member) => () => this.#person(member.userId).joined.write(0, member)),
    ];
  }

  #stateWrites(event: SequencedEvent): (() => void)[] {
    const { sequence } = event;
    switch (event.kind) {
      case 'MessageSent': {
        const text = this.#text(event.message.id);
        return [() => text.position.write(sequence, event.position), () => text.message.write(sequence, event.message)];
      }
      case 'MessageEdited':
      case 'MessageDeleted':
        return [() => this.#text(event.message.id).message.write(sequence, event.message)];
      case 'MemberJoined':
        return [() => this.#person(event.membership.userId).joined.write(sequence, event.membership)];
      case 'MemberLeft': {
        const { userId, successorId } = event;
        const left = (): void => this.#person(userId).left.write(sequence, null);
        if (successorId === null) return [left];
        return [left, () => this.#person(successorId).role.write(sequence, 'OWNER')];
      }
    }
  }

  get channel(): (Channel & { readonly created: Position }) | null {
    return this.#channel.value;
  }

  get members(): readonly Membership[] {
    const members: Membership[] = [];
    for (const { joined, left, role } of this.#people.values()) {
      if (joined.value === null || left.sequence > joined.sequence) continue;
      const owner = role.sequence > joined.sequence && role.value !== null;
      members.push(owner ? { ...joined.value, role: 'OWNER' } : joined.value);
    }
    return members;
  }

  messagesById(ids: Iterable<MessageId>): ReadonlyMap<MessageId, KnownMessage> {
    const found = new Map<MessageId, KnownMessage>();
    for (const id of ids) {
      const known = this.#known(id);
      if (known !== null) found.set(id, known);
    }
    return found;
  }

  /** Rows as they were first written. */
  get written(): readonly SequencedEvent[] {
    return this.#rows;
  }

  /** Newest first, every message as it is now. */
  before(sequence: number | null, limit: number): readonly SequencedEvent[] {
    const end = sequence === null ? this.#rows.length : sequence - 1;
    return this.#asNow(this.#rows.slice(Math.max(0, end - limit), end)).toReversed();
  }

  after(sequence: number): readonly SequencedEvent[] {
    return this.#asNow(this.#rows.slice(sequence));
  }

  #asNow(rows: readonly SequencedEvent[]): readonly SequencedEvent[] {
    return rows.map((row) => {
      if (!('message' in row)) return row;
      return { ...row, message: this.#known(row.message.id)?.message ?? row.message };
    });
  }

  #known(id: MessageId): KnownMessage | null {
    const text = this.#texts.get(id);
    const message = text?.message.value ?? null;
    const position = text?.position.value ?? null;
    return message === null || position === null ? null : { message, position };
  }

  #person(id: UserId): Person {
    const there = this.#people.get(id) ?? { joined: new Register(), left: new Register(), role: new Register() };
    this.#people.set(id, there);
    return there;
  }

  #text(id: MessageId): Text {
    const there = this.#texts.get(id) ?? { position: new Register(), message: new Register() };
    this.#texts.set(id, there);
    return there;
  }
}
