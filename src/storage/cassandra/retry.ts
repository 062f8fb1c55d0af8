import { policies, type types } from 'cassandra-driver';

/** Writes are as safe to repeat, but a cluster too slow to take them once does not need them twice. */
export class SpeculateOnReads extends policies.speculativeExecution.ConstantSpeculativeExecutionPolicy {
  readonly #none = { nextExecution: () => -1 };

  override newPlan(keyspace: string, query: string | object[]): { nextExecution: () => number } {
    const isRead = typeof query === 'string' && query.startsWith('SELECT');
    return isRead ? (super.newPlan(keyspace, query) as { nextExecution: () => number }) : this.#none;
  }
}

const PLAIN: ReadonlySet<string> = new Set(['SIMPLE', 'UNLOGGED_BATCH']);

/** A write that its replicas were too slow for is tried once more. Transactions have rules of their own. */
export class RetryWritesOnce extends policies.retry.RetryPolicy {
  override onWriteTimeout(
    { nbRetry }: policies.retry.OperationInfo,
    consistency: types.consistencies,
    _received: number,
    _blockFor: number,
    writeType: string,
  ): policies.retry.DecisionInfo {
    return nbRetry === 0 && PLAIN.has(writeType) ? this.retryResult(consistency) : this.rethrowResult();
  }
}
