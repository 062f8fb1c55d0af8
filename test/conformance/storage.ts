import { afterAll, beforeAll, describe } from 'vitest';
import type { Storage } from '../../src/storage/storage.ts';
import { accountsConformance } from './storage-accounts.ts';
import { effectsConformance } from './storage-effects.ts';
import { eventsConformance } from './storage-events.ts';
import { membershipsConformance } from './storage-memberships.ts';
import { registersConformance } from './storage-registers.ts';

export interface StorageFixture {
  readonly storage: Storage;
  /** Ends the storage as a crash or a restart would and opens it again, on the same data. */
  reopen(): Promise<Storage>;
  close(): Promise<void>;
}

/** The storage that a suite runs on, also after it was opened again. */
export interface Subject {
  readonly storage: Storage;
  reopen(): Promise<void>;
}

/** What every implementation of the ports promises. One instance serves all tests: each uses ids of its own. */
export function storageConformance(name: string, make: () => Promise<StorageFixture>, startMsMax?: number): void {
  describe(`${name}: the storage ports`, () => {
    let fixture: StorageFixture;
    let storage: Storage;
    beforeAll(async () => {
      fixture = await make();
      storage = fixture.storage;
    }, startMsMax);
    afterAll(() => fixture.close(), startMsMax);

    const subject: Subject = {
      get storage() {
        return storage;
      },
      async reopen() {
        storage = await fixture.reopen();
      },
    };
    accountsConformance(subject);
    effectsConformance(subject);
    eventsConformance(subject);
    membershipsConformance(subject);
    registersConformance(subject);
  });
}
