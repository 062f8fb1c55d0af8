import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Why a process can't start on its DATA_DIR, in one line for whoever started it. */
export class DataDirectoryError extends Error {
  override readonly name = 'DataDirectoryError';

  constructor(directory: string, reason: string, options?: ErrorOptions) {
    super(`DATA_DIR ${directory} can't be used: ${reason}.`, options);
  }
}

const SQLITE_BUSY = 5;

/** A directory that this process alone uses. */
export class DataDirectory {
  readonly path: string;
  readonly #lock: DatabaseSync;

  /**
   * Makes the directory where it does not exist, and locks it. The lock is the operating system's, on an empty database
   * beside the real one: it dies with the process, however that ends, and leaves nothing stale.
   */
  constructor(path: string) {
    this.path = path;
    try {
      // Keys and password hashes are in there.
      mkdirSync(path, { recursive: true, mode: 0o700 });
      this.#lock = new DatabaseSync(join(path, 'parley.lock'), { timeout: 0 });
    } catch (error) {
      throw new DataDirectoryError(path, reasonOf(error), { cause: error });
    }
    try {
      this.#lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    } catch (error) {
      this.#lock.close();
      const isHeld = error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
      throw new DataDirectoryError(path, isHeld ? 'another live process uses it' : reasonOf(error), { cause: error });
    }
  }

  get databaseFile(): string {
    return join(this.path, 'parley.db');
  }

  unlock(): void {
    this.#lock.close();
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
