import type { Site } from './job.ts';

const READS = /^parley_store_seconds_count\{([^}]*)\} (\d+)/gm;

/** Not those by which the sequencer looks up whether a message that is being sent is known. */
const HISTORY = /noun="events",verb="(?:after|before|messages)"/;

/** How often a node has read history from its store so far, as its own metrics say. */
export async function storeReads({ port }: Pick<Site, 'port'>): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await response.text();
  const counts = [...text.matchAll(READS)].flatMap(([, labels = '', count = '']) =>
    HISTORY.test(labels) ? [Number(count)] : [],
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
