import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Services } from '../../scripts/services/services.ts';
import { drainTrial } from '../support/cluster/drain.ts';
import { FAULTS } from '../support/cluster/faults.ts';
import { TestCluster } from '../support/cluster/test-cluster.ts';
import { runTrial, signUpMembers } from '../support/cluster/trial.ts';
import type { Person } from '../support/person.ts';
import { SERVICES_TIMEOUT_MS, startServices } from '../support/services.ts';
import { cassandraNodesTrial } from './cassandra-nodes.ts';

const MEMBERS = 8;
const TRIAL_MS_MAX = 240_000;
const DRAIN_SECONDS = 2;

let services: Services;
let cluster: TestCluster;
let people: readonly Person[];

beforeAll(async () => {
  services = await startServices({ cassandraNodes: 3 });
  const regions = { a: 'north', b: 'east', c: 'south' };
  cluster = await TestCluster.start(services, 'faults', { DRAIN_SECONDS: String(DRAIN_SECONDS) }, regions);
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
    const { faults, lost, repeated, acknowledged } = await runTrial({
      ...{ cluster, services, people, fault, delivery },
      ...load,
    });
    expect(acknowledged).toBeGreaterThan(MEMBERS);
    expect({ lost, repeated, faults }).toEqual({ lost: 0, repeated: 0, faults: [] });
  });

  it('a node that drains hands on its clients, its partitions and what it has taken', {
    timeout: TRIAL_MS_MAX,
  }, async () => {
    const { exitCode, closeCodes, spreadMs, sentBack, isHandedOn, ...found } = await drainTrial(cluster, people, 7);
    expect({ exitCode, sentBack, isHandedOn }).toEqual({ exitCode: 0, sentBack: 0, isHandedOn: true });
    expect(new Set(closeCodes)).toEqual(new Set([1_012]));
    // These sockets are neighbours among all that the node lets go over the window: 999 ms of 2 s were seen.
    expect(spreadMs).toBeGreaterThan((DRAIN_SECONDS * 1_000) / 4);
    expect(found.acknowledged).toBeGreaterThan(MEMBERS);
    expect(found).toMatchObject({ lost: 0, repeated: 0, faults: [] });
  });
});

// The last one, since it leaves one of them killed; and here, since three take a minute to start.
it(
  'with three copies a Cassandra node may be killed, come back, hang, and another be killed: nothing that was stored is missing',
  {
    timeout: TRIAL_MS_MAX,
  },
  () => cassandraNodesTrial(services),
);
