import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CLUSTER_VARIABLES, VARIABLES } from '../../src/config/env.ts';
import { clusterSchemas, variableSchemas } from '../../src/config/variables.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const SCHEMAS = { ...variableSchemas, ...clusterSchemas };
/** Where nothing stands between the back ticks, nothing is set. */
const UNSET: readonly unknown[] = [null, '', []];

interface Row {
  readonly variable: string;
  readonly fallback: string;
}

const rows: readonly Row[] = [...README.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \|/gm)].map(
  ([, variable = '', fallback = '']) => ({ variable, fallback: fallback.trim() }),
);

describe('the table of variables in README.md', () => {
  it('names every variable that a node reads, once, and no other', () => {
    expect(rows.map(({ variable }) => variable).toSorted()).toEqual(Object.keys(VARIABLES).toSorted());
  });

  // CONNECTIONS_MAX once said twice what a node takes.
  it.each(rows)('says what $variable is without being set: $fallback', ({ variable, fallback }) => {
    const schema = SCHEMAS[variable as keyof typeof SCHEMAS];
    const unset = schema.safeParse(undefined);
    const written = /^`(.+)`$/.exec(fallback)?.[1];
    if (written !== undefined) expect(unset.data).toEqual(schema.parse(written));
    else if (fallback === 'required') expect(unset.success).toBe(false);
    else expect(UNSET).toContainEqual(unset.data);
  });

  it('calls required what a cluster is recognised by', () => {
    const required = rows.filter(({ fallback }) => fallback === 'required');
    expect(required.map(({ variable }) => variable)).toEqual([...CLUSTER_VARIABLES]);
  });
});
