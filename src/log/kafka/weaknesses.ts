/** Of one partition: what a topic must take at once. */
export const TOPIC_BATCH_BYTES_MIN = 1_024 * 1_024;

export type TopicSettings = ReadonlyMap<string, string>;

interface TopicFacts {
  /** As configured. */
  readonly replication: number;
  /** As it is, of the partition that has the fewest. */
  readonly copies: number;
  /** Null where the brokers do not tell. */
  readonly settings: TopicSettings | null;
}

/** Copies that must have a message before it is acknowledged: two, or all but one. */
export const insyncReplicas = (copies: number): number => (copies > 1 ? Math.max(2, copies - 1) : 1);

/** What makes 'acknowledged' mean less than it should, each with what it leads to. */
export function weaknessesOf(topic: string, { replication, copies, settings }: TopicFacts): readonly string[] {
  const weaknesses: string[] = [];
  if (copies < replication) {
    weaknesses.push(`The topic ${topic} has ${copies} copies, not the ${replication} of KAFKA_REPLICATION.`);
  }
  if (copies === 1) {
    weaknesses.push(`The topic ${topic} has one copy: a broker that loses its disk loses acknowledged messages.`);
  }
  if (settings === null) {
    weaknesses.push(
      `The brokers do not tell the settings of the topic ${topic}: whether it keeps what it must is not known.`,
    );
    return weaknesses;
  }
  const insync = Number(settings.get('min.insync.replicas') ?? 1);
  if (copies > 1 && insync < 2) {
    weaknesses.push(
      `The topic ${topic} has min.insync.replicas=${insync}: a message may be acknowledged with one copy. Set it to ${insyncReplicas(copies)}.`,
    );
  }
  if (insync > copies) {
    weaknesses.push(`The topic ${topic} has min.insync.replicas=${insync} and ${copies} copies: nothing can be sent.`);
  }
  for (const name of ['retention.ms', 'retention.bytes']) {
    const value = settings.get(name);
    if (value !== undefined && Number(value) >= 0) {
      weaknesses.push(`The topic ${topic} has ${name}=${value}: messages may go before they are stored. Set it to -1.`);
    }
  }
  const batchBytes = Number(settings.get('max.message.bytes') ?? TOPIC_BATCH_BYTES_MIN);
  if (batchBytes < TOPIC_BATCH_BYTES_MIN) {
    weaknesses.push(
      `The topic ${topic} has max.message.bytes=${batchBytes}: busy channels can't be sent to. Set it to ${TOPIC_BATCH_BYTES_MIN}.`,
    );
  }
  if (settings.get('cleanup.policy')?.includes('compact')) {
    weaknesses.push(
      `The topic ${topic} is compacted: all but a channel's newest command may go. Set cleanup.policy=delete.`,
    );
  }
  if (settings.get('unclean.leader.election.enable') === 'true') {
    weaknesses.push(
      `The topic ${topic} has unclean.leader.election.enable=true: a broker that lagged may drop acknowledged messages.`,
    );
  }
  return weaknesses;
}
