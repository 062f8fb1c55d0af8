import type { Services } from '../../../scripts/services/services.ts';
import { createGroup, type Person, signUpAll } from '../person.ts';
import { Conversation, type Delivery, type Findings } from './conversation.ts';
import type { Fault } from './faults.ts';
import { createRandom } from './random.ts';
import type { TestCluster } from './test-cluster.ts';

export interface TrialOptions {
  readonly cluster: TestCluster;
  readonly services: Services;
  readonly people: readonly Person[];
  readonly fault: Fault;
  readonly delivery: Delivery;
  readonly sendIntervalMs: number;
  readonly pauseMs: number;
  readonly seed: number;
}

/** A server that comes back, and everybody who waited for it, on a busy machine. */
const FLOW_MS_MAX = 180_000;

export const signUpMembers = (cluster: TestCluster, count: number): Promise<readonly Person[]> =>
  signUpAll(
    cluster.url('a'),
    Array.from({ length: count }, (_, index) => `member-${index}`),
  );

/** One fault in the middle of a conversation in a channel of its own. */
export async function runTrial(options: TrialOptions): Promise<Findings> {
  const { cluster, services, people, fault, delivery, sendIntervalMs, pauseMs, seed } = options;
  const [owner] = people;
  if (owner === undefined) throw new Error('Nobody is there.');
  const channelId = await createGroup(cluster.url('a'), owner, people.slice(1), delivery);
  const urls = cluster.names.map((name) => cluster.url(name));
  await using conversation = await Conversation.start({ urls, people, channelId, delivery, sendIntervalMs, seed });
  const flows = () => conversation.flows(FLOW_MS_MAX);
  await flows();
  const context = { cluster, services, channelId, random: createRandom(seed), pauseMs, flows };
  await conversation.during(() => fault.happen(context), FLOW_MS_MAX);
  return await conversation.end();
}
