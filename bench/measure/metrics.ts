export interface Metric {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
}

const metric = (title: string, unit: string, digits: number): Metric => ({ title, unit, digits });

/** Everything that is measured. CPU is time on a processor of all the server's threads, as the operating system counts it. */
export const METRICS = {
  cpuPerDeliveryMicros: metric('CPU a delivery', 'µs', 2),
  deliveriesPerSecond: metric('deliveries', '/s', 0),
  latencyP50Millis: metric('p50', 'ms', 2),
  latencyP99Millis: metric('p99', 'ms', 2),
  latencyMaxMillis: metric('longest', 'ms', 1),
  serverCores: metric("server's cores", '', 2),
  clientCores: metric("client's cores", '', 2),
  clientPerDeliveryMicros: metric("client's CPU a delivery", 'µs', 2),
  residentMegabytes: metric('resident', 'MB', 0),
  lost: metric('lost', '', 0),
  repeated: metric('repeated', '', 0),
  residentPerSocketKilobytes: metric('resident a socket', 'KB', 1),
  idleCores: metric('cores while idle', '', 3),
  sockets: metric('sockets', '', 0),
  connectCpuPerSocketMicros: metric('CPU to connect and subscribe', 'µs', 0),
  connectMillis: metric('all subscribed after', 'ms', 0),
  cpuPerSendMicros: metric('CPU a send', 'µs', 0),
  sendsPerSecond: metric('sends', '/s', 0),
  apiMicros: metric('API, CPU a send', 'µs', 0),
  sequencerMicros: metric('sequencer', 'µs', 0),
  gatewaysMicros: metric('gateways', 'µs', 0),
  kafkaMicros: metric('Kafka', 'µs', 0),
  cassandraMicros: metric('Cassandra', 'µs', 0),
  redisMicros: metric('Redis', 'µs', 0),
  storeWritesPerSend: metric("Cassandra's writes a send", '', 2),
  messageWritesPerSend: metric('those of messages', '', 2),
  redisPublishesPerSend: metric("Redis' publishes a send", '', 2),
  redisListenersPerChannel: metric('pushes of the event', '', 2),
  kafkaP50Millis: metric('produce p50', 'ms', 2),
  cassandraP50Millis: metric('insert p50', 'ms', 2),
  caughtUpMillis: metric('all caught up after', 'ms', 0),
  storeReadsPerChannel: metric('reads of the store a channel', '', 2),
  retries: metric('connects tried again', '', 0),
  livePauseMillis: metric('longest pause for others', 'ms', 0),
  cpuPerRequestMicros: metric('CPU a request', 'µs', 0),
  requestsPerSecond: metric('requests', '/s', 0),
} satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
export type Values = Readonly<Partial<Record<MetricName, number>>>;
