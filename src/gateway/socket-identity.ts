import { ParleyError } from '../domain/error.ts';
import type { UserId } from '../domain/identifier.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Services } from '../services/services.ts';
import type { Hub } from '../stream/hub.ts';
import type { Logger } from '../telemetry/logs.ts';
import type { Admission } from './admission.ts';
import { authenticatePayload } from './authentication.ts';
import { CLOSE_CODES } from './close-codes.ts';
import type { Identity } from './conversation.ts';
import { type SessionOwner, SessionWatch } from './session-watch.ts';
import type { Socket } from './socket.ts';

export interface SocketIdentityParts {
  readonly services: Services;
  readonly hub: Hub;
  readonly admission: Admission;
  readonly logger: Logger;
}

/** A socket whose session has ended stays so much longer: the log-out may have come by it, and is to be answered. */
const LAST_ANSWER_MS = 100;

/** Who is behind a socket: counts for them, keeps them online, and ends with their session. */
export class SocketIdentity implements Identity, SessionOwner {
  readonly #socket: Socket;
  readonly #parts: SocketIdentityParts;
  readonly #watch = new SessionWatch(this);
  #viewer: Viewer | null = null;
  /** Of whom a place among their sockets is taken. */
  #placeOf: UserId | null = null;
  #isUnknown = true;
  #isPresent = false;
  #isReleased = false;

  /** The socket has a place among those of its address that have not said whose they are. */
  constructor(socket: Socket, parts: SocketIdentityParts) {
    this.#socket = socket;
    this.#parts = parts;
  }

  get viewer(): Viewer | null {
    return this.#viewer;
  }

  hasExpired(now: number): boolean {
    return this.#watch.hasExpired(now);
  }

  async connect(payload: unknown): Promise<boolean> {
    const { services, admission } = this.#parts;
    try {
      const viewer = await this.#authenticate(payload);
      if (viewer === null) return true;
      if (!this.#isReleased && !admission.enterAs(viewer.userId)) {
        this.#socket.close(CLOSE_CODES.tooManySockets);
        return false;
      }
      if (this.#isReleased) return false;
      this.#placeOf = viewer.userId;
      await this.#watch.start(this.#parts, viewer);
      // Nobody has heard a log-out from before the watch.
      await this.#authenticate(payload);
      this.#viewer = viewer;
      this.#leaveUnknown();
      if (this.#isReleased) return false;
      this.#isPresent = true;
      services.presence.connected(viewer.userId);
      return true;
    } catch (error) {
      this.#refuse(error);
      return false;
    }
  }

  async renew(payload: unknown): Promise<void> {
    try {
      const viewer = await this.#authenticate(payload);
      if (viewer === null) return;
      if (viewer.userId !== this.#viewer?.userId) return this.#socket.close(CLOSE_CODES.forbidden);
      this.#viewer = viewer;
      this.#watch.renew(viewer);
    } catch (error) {
      this.#refuse(error);
    }
  }

  sessionEnded(): void {
    setTimeout(() => this.#socket.close(CLOSE_CODES.forbidden), LAST_ANSWER_MS).unref();
  }

  /** The socket has closed. */
  release(): void {
    const { services, admission } = this.#parts;
    this.#isReleased = true;
    this.#watch.stop();
    this.#leaveUnknown();
    if (this.#placeOf === null) return;
    admission.leaveAs(this.#placeOf);
    if (this.#isPresent) services.presence.disconnected(this.#placeOf);
  }

  #authenticate(payload: unknown): Promise<Viewer | null> {
    return authenticatePayload(payload, (token) => this.#parts.services.accounts.authenticate(token));
  }

  #leaveUnknown(): void {
    if (!this.#isUnknown) return;
    this.#isUnknown = false;
    this.#parts.admission.leaveUnknown(this.#socket.clientAddress);
  }

  /** Clients refresh their token and come back after 4403; a fault of the node's own is no reason to. */
  #refuse(error: unknown): void {
    const isClientsFault = error instanceof ParleyError && error.code === 'UNAUTHENTICATED';
    const { requestId } = this.#socket;
    if (!isClientsFault) this.#parts.logger.error({ requestId, err: error }, 'could not authenticate a socket');
    this.#socket.close(isClientsFault ? CLOSE_CODES.forbidden : CLOSE_CODES.internal);
  }
}
