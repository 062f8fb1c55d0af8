import type { UserId } from '../../domain/identifier.ts';

/** Someone who waits until the others can see that users are kept. */
export interface Ticket {
  left: number;
  readonly settled: PromiseWithResolvers<void>;
}

/** A user whom this node keeps, or kept until a moment ago. */
export interface KeptUser {
  readonly userId: UserId;
  /** When this node last had a sign of the user, by the wall clock: what others are told. */
  keptAt: number;
  /** The user is online here until then, by `performance.now()`. */
  until: number;
  /** The server has the user as one of this holder's. */
  isHeld: boolean;
  /** The server is being told that the user goes. */
  isLeaving: boolean;
  /** The others take the user for online, as far as this node knows. */
  isTold: boolean;
  /** The server was asked to hold the user, and may have done so unheard. */
  isTried: boolean;
  tickets: Ticket[];
}

export type Step = 'hold' | 'release' | 'forget' | 'nothing';

/** What is to be done about a user. */
export function stepFor({ isHeld, isTold, until }: Omit<KeptUser, 'tickets'>, now: number): Step {
  if (now < until) return isHeld ? 'nothing' : 'hold';
  if (isHeld) return 'release';
  // Whom the others take for online must be with the server again before it can say who is the last to let go.
  return isTold ? 'hold' : 'forget';
}

/** This node's users on one server, and those among them about whom there is something to do, longest known first. */
export class KeptUsers {
  /** Longest ago first: a user who is kept again moves to the end. */
  readonly #users = new Map<UserId, KeptUser>();
  readonly #due = new Set<KeptUser>();

  get due(): number {
    return this.#due.size;
  }

  isOnline(userId: UserId, now: number): boolean {
    const user = this.#users.get(userId);
    return user !== undefined && now < user.until;
  }

  /** The user is online here from now on. False where the server has yet to be told; the ticket waits for that. */
  keep(userId: UserId, sign: { readonly keptAt: number; readonly until: number }, ticket: Ticket): boolean {
    const user = this.#users.get(userId) ?? newcomer(userId);
    user.keptAt = sign.keptAt;
    user.until = sign.until;
    this.#users.delete(userId);
    this.#users.set(userId, user);
    if (user.isHeld && !user.isLeaving) return true;
    ticket.left += 1;
    user.tickets.push(ticket);
    this.#due.add(user);
    return false;
  }

  /** Finds those whose time is over. */
  expire(now: number): void {
    for (const user of this.#users.values()) {
      if (now < user.until) return;
      this.#due.add(user);
    }
  }

  /** The server has none of them any more. */
  loseAll({ areTold }: { readonly areTold: boolean }): void {
    for (const user of this.#users.values()) {
      user.isHeld = false;
      user.isLeaving = false;
      user.isTold &&= areTold;
      user.isTried &&= areTold;
      this.#due.add(user);
    }
  }

  /** The next of those about whom there is something to do. They stay due until {@link done}. */
  take(count: number): readonly KeptUser[] {
    return [...this.#due.values().take(count)];
  }

  done(user: KeptUser, now: number): void {
    this.#due.delete(user);
    if (user.isHeld) {
      for (const ticket of user.tickets.splice(0)) {
        ticket.left -= 1;
        if (ticket.left === 0) ticket.settled.resolve();
      }
    }
    const step = stepFor(user, now);
    if (step === 'forget') this.#users.delete(user.userId);
    else if (step !== 'nothing') this.#due.add(user);
  }

  /** Whoever waits, waits in vain. The users stay: the server is told when it can be. */
  refuse(error: unknown): void {
    for (const user of this.#due) for (const ticket of user.tickets.splice(0)) ticket.settled.reject(error);
  }
}

const newcomer = (userId: UserId): KeptUser => ({
  ...{ userId, keptAt: 0, until: 0 },
  ...{ isHeld: false, isLeaving: false, isTold: false, isTried: false },
  tickets: [],
});
