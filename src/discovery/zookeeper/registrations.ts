import { randomUUID } from 'node:crypto';
import type { Gateway } from '../discovery.ts';
import { encodeGateway } from './gateway-record.ts';
import type { Session } from './session.ts';

interface Registration {
  /** Of this process alone, so that it never meets what an earlier one of the same name has left. */
  readonly name: string;
  gateway: Gateway;
  /** What the present session's node holds; null where there is none. */
  written: Gateway | null;
  /** Told when it is written. */
  waiting: (() => void)[];
}

/** The gateways that this process makes known: what is wanted, and how much of it ZooKeeper has. */
export class Registrations {
  readonly #path: string;
  readonly #registrations = new Map<string, Registration>();

  constructor(path: string) {
    this.#path = path;
  }

  get gateways(): Iterable<Gateway> {
    return this.#registrations.values().map(({ gateway }) => gateway);
  }

  /** Called back once this or a newer state of the gateway is written. */
  want(gateway: Gateway, written: () => void): void {
    const { node } = gateway;
    const registration = this.#registrations.get(node) ?? this.#add(gateway);
    registration.gateway = gateway;
    registration.waiting.push(written);
  }

  /** What was written has gone with its session. */
  lose(): void {
    for (const registration of this.#registrations.values()) registration.written = null;
  }

  /** Where it rejects, the same again writes the rest. */
  async write(session: Session): Promise<void> {
    for (const registration of this.#registrations.values()) await this.#write(session, registration);
  }

  #add(gateway: Gateway): Registration {
    const registration = { name: `${gateway.node}:${randomUUID()}`, gateway, written: null, waiting: [] };
    this.#registrations.set(gateway.node, registration);
    return registration;
  }

  async #write(session: Session, registration: Registration): Promise<void> {
    const { gateway } = registration;
    if (registration.written !== gateway) {
      const path = `${this.#path}/${registration.name}`;
      const data = encodeGateway(gateway);
      const isWritten = registration.written !== null && (await session.write(path, data));
      if (!isWritten && !(await session.create(path, data))) {
        // Left by the last session it goes with that one, whatever is written into it. Made by a try of this one, whose answer was lost, it may as well be made again.
        await session.remove(path);
        if (!(await session.create(path, data))) throw new Error('The last session has written once more.');
      }
      if (session.isOver) throw new Error('The session ended meanwhile.');
      registration.written = gateway;
    }
    if (registration.gateway === gateway) for (const told of registration.waiting.splice(0)) told();
  }
}
