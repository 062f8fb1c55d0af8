import type { Job } from '../load/job.ts';
import type { MetricName } from '../measure/metrics.ts';
import type { Cast, SeedPlan } from '../seed/plan.ts';
import type { TargetName } from '../targets.ts';

/** How large and long a run is. */
export interface Scale {
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Of holding idle sockets: long enough for several heartbeats; the peers' memory shows sooner. */
  readonly idleSeconds: number;
  readonly peersIdleSeconds: number;
  readonly idleGroups: number;
  readonly peersIdleGroups: number;
  readonly stormGroups: number;
  readonly historyMessages: number;
  readonly inboxChannels: number;
}

export const FULL: Scale = {
  ...{ seconds: 10, warmUpSeconds: 5 },
  ...{ idleSeconds: 60, peersIdleSeconds: 10, idleGroups: 100, peersIdleGroups: 50 },
  ...{ stormGroups: 50, historyMessages: 1_000_000, inboxChannels: 500 },
};

/** To see that everything runs: its figures are too noisy to compare. */
export const QUICK: Scale = {
  ...{ seconds: 2, warmUpSeconds: 1 },
  ...{ idleSeconds: 3, peersIdleSeconds: 3, idleGroups: 10, peersIdleGroups: 10 },
  ...{ stormGroups: 10, historyMessages: 20_000, inboxChannels: 100 },
};

/** Where a cluster's services are. */
export interface ClusterAddresses {
  readonly kafka: readonly string[];
  readonly cassandra: {
    readonly contactPoints: readonly string[];
    readonly dataCenter: string;
    readonly copies: number;
  };
}

/** One measurement: a fresh server, a load client, a set of figures. */
export interface Trial {
  readonly case: string;
  readonly target: TargetName;
  readonly plan: SeedPlan;
  readonly job: (cast: Cast, cluster: ClusterAddresses | null) => Job;
  /** About how long the load runs, for the progress bar. */
  readonly seconds: number;
}

/** A table of the report with its chart: a row for each case and server. */
export interface Table {
  /** What tells its chart from the suite's others. */
  readonly name: string;
  readonly title: string;
  /** With their titles, in the order of the report. */
  readonly cases: Readonly<Record<string, string>>;
  readonly columns: readonly MetricName[];
  /** What its chart shows. */
  readonly chart: MetricName;
}

export interface Suite {
  readonly title: string;
  /** What is measured, and how. */
  readonly about: string;
  readonly tables: readonly Table[];
  readonly trials: (scale: Scale) => readonly Trial[];
}
