import type { Viewer } from '../domain/viewer.ts';
import type { Context } from './context.ts';

/** Whom a root field of a mutation acts for, what was read before it forgotten. Throws UNAUTHENTICATED for nobody. */
export function actor(context: Context): Viewer {
  context.loaders.restart(context.viewer);
  return context.loaders.viewer;
}
