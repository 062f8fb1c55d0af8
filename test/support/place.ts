import { randomBytes } from 'node:crypto';
import { type Node, startNode } from './node.ts';

/** Where a node is reached. */
export type Door = Pick<Node, 'url' | 'wsUrl'>;

/** To open one, and let people in. */
export const PLACE_TIMEOUT_MS = 120_000;

/**
 * Where people meet. Who asks, who listens and who listens on another device do so at doors of their own: on a cluster those of three
 * nodes, else all of one.
 */
export interface Place extends AsyncDisposable {
  readonly doors: readonly [Node, Node, Node];
}

export async function openNode(env: Readonly<Record<string, string>> = {}): Promise<Place> {
  const node = await startNode({ env });
  return { doors: [node, node, node], [Symbol.asyncDispose]: () => node[Symbol.asyncDispose]() };
}

/** Nobody else's at the place, so that a scenario can be played there again. */
export const newHandle = (name: string): string => `${name.slice(0, 25)}-${randomBytes(3).toString('hex')}`;
