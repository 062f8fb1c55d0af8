import type { Values } from '../measure/metrics.ts';
import { bare } from './bare.ts';
import { catchUp } from './catch-up.ts';
import { fanOut } from './fan-out.ts';
import { hold } from './hold.ts';
import type { Job, Site } from './job.ts';
import { requests } from './requests.ts';
import { send } from './send.ts';
import { storm } from './storm.ts';

/** What the bench tells this process, once. */
export interface Order {
  readonly job: Job;
  readonly site: Site;
}

/** What it answers, once. */
export type Answer = { readonly values: Values } | { readonly failed: string };

/** The load client: a process of its own, so that what it costs is not in anybody's figures. The bench ends it once it has answered. */
process.once('message', (order: Order) => {
  run(order)
    .then((values): Answer => ({ values }))
    .catch((error: unknown): Answer => ({ failed: error instanceof Error ? error.message : String(error) }))
    .then((answer) => process.send?.(answer));
});

function run({ job, site }: Order): Promise<Values> {
  switch (job.kind) {
    case 'fan-out':
      return fanOut(job, site);
    case 'hold':
      return hold(job, site);
    case 'send':
      return send(job, site);
    case 'storm':
      return storm(job, site);
    case 'requests':
      return requests(job, site);
    case 'bare':
      return bare(job);
    case 'catch-up':
      return catchUp(job, site);
  }
}
