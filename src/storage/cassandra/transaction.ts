import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, types } from 'cassandra-driver';
import type { Parameter } from './batch.ts';

const TRIES_MAX = 5;
const PAUSE_MS = 50;
const { writeTimeout, readTimeout } = types.responseErrorCodes;

/**
 * Runs a lightweight transaction: for rare facts. Where several meet in one partition, some are told nothing of how
 * theirs went; it runs again then, so that what it finds can be its own first run's row.
 */
export async function transact(client: Client, cql: string, parameters: readonly Parameter[]): Promise<types.Row> {
  for (let tries = 1; ; tries += 1) {
    try {
      const { rows } = await client.execute(cql, [...parameters]);
      const [row] = rows;
      if (row === undefined) throw new Error(`No decision on ${cql}`);
      return row;
    } catch (error) {
      if (tries === TRIES_MAX || !isUndecided(error)) throw error;
      await delay(randomInt(PAUSE_MS, (tries + 1) * PAUSE_MS));
    }
  }
}

const isUndecided = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === writeTimeout || error.code === readTimeout);
