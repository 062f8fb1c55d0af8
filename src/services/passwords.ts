import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { unavailable } from '../domain/error.ts';

const hash = promisify(argon2);

/** OWASP's password storage cheat sheet, argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;
const SALT_BYTES = 16;

export interface PasswordsOptions {
  /** Hashes at work at once: each holds 19 MiB and a thread of the pool. */
  readonly passwordHashesMax: number;
  /** More than so many waiting are refused with UNAVAILABLE. */
  readonly passwordHashesWaitingMax: number;
}

/** argon2id off the event loop, in the PHC string format: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export class Passwords {
  readonly #options: PasswordsOptions;
  readonly #waiting: (() => void)[] = [];
  #atWork = 0;
  /** What an unknown handle's password is compared with, so that it takes the same time. */
  readonly #nobody: Promise<string>;

  constructor(options: PasswordsOptions) {
    this.#options = options;
    this.#nobody = this.hash(randomBytes(SALT_BYTES).toString('base64url'));
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const tag = await this.#run(password, salt, PARAMETERS);
    const { memory, passes, parallelism } = PARAMETERS;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(tag)}`;
  }

  /** With null for a hash it takes as long and is false. */
  async verify(password: string, stored: string | null): Promise<boolean> {
    const parts = parse(stored ?? (await this.#nobody));
    const tag = await this.#run(password, parts.salt, parts);
    return timingSafeEqual(tag, parts.tag) && stored !== null;
  }

  async #run(
    password: string,
    nonce: Buffer,
    parameters: Pick<Argon2Parameters, 'memory' | 'passes' | 'parallelism' | 'tagLength'>,
  ): Promise<Buffer> {
    const { memory, passes, parallelism, tagLength } = parameters;
    await this.#enter();
    try {
      const message = password.normalize('NFKC');
      return await hash('argon2id', { message, nonce, memory, passes, parallelism, tagLength });
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#atWork >= this.#options.passwordHashesMax) {
      if (this.#waiting.length >= this.#options.passwordHashesWaitingMax)
        throw unavailable('Too many log-ins: try again.');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      return;
    }
    this.#atWork += 1;
  }

  /** Hands the place on, so that nobody who comes between takes it. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#atWork -= 1;
    else next();
  }
}

const encode = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parse(stored: string) {
  const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(stored) ?? [];
  if (tag === '') throw new Error('A stored password hash is not in the expected format.');
  const tagBytes = Buffer.from(tag, 'base64');
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: tagBytes.length,
    salt: Buffer.from(salt, 'base64'),
    tag: tagBytes,
  };
}
