import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Services } from '../../scripts/services/services.ts';
import { FAULTS } from '../support/cluster/faults.ts';
import { TestCluster } from '../support/cluster/test-cluster.ts';
import { runTrial, signUpMembers } from '../support/cluster/trial.ts';
import type { Person } from '../support/person.ts';
import { SERVICES_TIMEOUT_MS, startServices } from '../support/services.ts';

const MEMBERS = 8;
const TRIAL_MS_MAX = 240_000;

let services: Services;
let cluster: TestCluster;
let people: readonly Person[];

beforeAll(async () => {
  services = await startServices({ cassandraNodes: 3 });
  cluster = await TestCluster.start(services, 'faults');
  people = await signUpMembers(cluster, MEMBERS);
}, 2 * SERVICES_TIMEOUT_MS);

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await services?.[Symbol.asyncDispose]();
}, 60_000);

/** Small: `npm run faults` has more members and rounds, and looks at the pauses, which a busy machine bends. */
describe('while everybody sends and reads on three nodes', () => {
  it.each(FAULTS)('nothing is lost or repeated: $name', { timeout: TRIAL_MS_MAX }, async (fault) => {
    const delivery = fault.name.includes('Cassandra') ? 'PUSH_FIRST' : 'PERSIST_FIRST';
    const load = { sendIntervalMs: 500, pauseMs: 5_000, seed: 1 };
    const { faults, lost, repeated, acknowledged } = await runTrial({ cluster, people, fault, delivery, ...load });
    expect(acknowledged).toBeGreaterThan(MEMBERS);
    expect({ lost, repeated, faults }).toEqual({ lost: 0, repeated: 0, faults: [] });
  });
});
