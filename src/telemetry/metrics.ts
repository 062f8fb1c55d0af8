import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { Durations } from './durations.ts';
import type { TimedCall } from './timed-storage.ts';

/** Figures that are read when somebody asks for them. */
export interface MetricSources {
  /** TCP, whatever they carry. */
  readonly connections: () => number;
  readonly sockets: () => number;
  /** Server-sent events and long polls. */
  readonly streams: () => number;
  readonly delivered: () => number;
  readonly queueBytes: () => number;
  readonly slowReaders: () => number;
  readonly gapsFilled: () => number;
  readonly hubTopics: () => number;
  readonly busReconnects: () => number;
  readonly usersKept: () => number;
  readonly commandsPending: () => number;
  readonly stoppedChannels: () => number;
  /** Commands in the log that have not had their effect, by partition; null where the log can't be asked now. */
  readonly logLag: () => Promise<ReadonlyMap<number, number> | null>;
}

export interface Metrics {
  readonly contentType: string;
  /** All figures, as Prometheus reads them. */
  text(): Promise<string>;
  /** Adds the figures that are read when somebody asks. Once. */
  watch(sources: MetricSources): void;
  /** A command's end, with `accepted` or the code that its sender got. */
  answered(kind: string, outcome: string, seconds: number): void;
  /** One of the store's calls, as its port names it. */
  storeCall(noun: string, verb: string): TimedCall;
}

const COMMAND_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const STORE_SECONDS = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];

/** What docs/operations.md tells how to read. No name of a user or a channel is ever a label. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const commands = new Durations({
    ...{ name: 'parley_command_seconds', help: 'From a command to its answer, by what came of it.' },
    ...{ labelNames: ['kind', 'outcome'], bounds: COMMAND_SECONDS, registry },
  });
  const store = new Durations({
    ...{ name: 'parley_store_seconds', help: 'Calls of the store.' },
    ...{ labelNames: ['noun', 'verb', 'outcome'], bounds: STORE_SECONDS, registry },
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    watch: (sources) => watch(sources, [registry]),
    answered: (kind, outcome, seconds) => commands.of(kind, outcome).add(seconds),
    storeCall: (noun, verb) => ({ done: store.of(noun, verb, 'done'), failed: store.of(noun, verb, 'failed') }),
  };
}

function watch(sources: MetricSources, registers: Registry[]): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({ name, help, registers, collect: set(read) });
  };
  const counter = (name: string, help: string, read: () => number): void => {
    new Counter({
      ...{ name, help, registers },
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  };
  gauge('parley_connections', 'Open TCP connections.', sources.connections);
  gauge('parley_sockets', 'Open WebSockets.', sources.sockets);
  gauge('parley_streams', 'Open event streams and long polls.', sources.streams);
  counter('parley_deliveries_total', 'Live events handed to readers, one for each reader.', sources.delivered);
  gauge('parley_queue_bytes', 'What waits for readers.', sources.queueBytes);
  counter('parley_slow_readers_total', 'Readers let go because their queue was full.', sources.slowReaders);
  counter('parley_gaps_filled_total', 'Events that no hint brought and the store was read for.', sources.gapsFilled);
  gauge('parley_hub_topics', 'Topics that the node listens to.', sources.hubTopics);
  counter('parley_bus_reconnects_total', 'Times that the bus was away and came back.', sources.busReconnects);
  gauge('parley_presence_users', 'Users whom this node keeps online.', sources.usersKept);
  gauge('parley_commands_pending', 'Commands that wait for their answer.', sources.commandsPending);
  gauge(
    'parley_stopped_channels',
    'Channels stopped by a command that can not be decided: look at the log.',
    sources.stoppedChannels,
  );
  new Gauge({
    name: 'parley_log_lag',
    help: 'Commands in the log that have not had their effect, of the partitions that this node consumes.',
    labelNames: ['partition'],
    registers,
    async collect() {
      this.reset();
      for (const [partition, lag] of (await sources.logLag()) ?? []) this.set({ partition }, lag);
    },
  });
}

function set(read: () => number): (this: Gauge) => void {
  return function collect() {
    this.set(read());
  };
}
