/** Both ends of every latency are read here, in one process. */
export const nowMicros = (): number => performance.now() * 1_000;
