import { EXAMPLES } from './examples.ts';

const TABS_KEY = 'graphiql:tabState';

interface Tab {
  readonly query?: string | null;
  readonly variables?: string | null;
}

/**
 * What the editors show when the page opens: the tab that was left, or the first example. GraphiQL restores its list of tabs by itself
 * but fills the variables of none of them.
 */
export function initialTab(): { readonly initialQuery: string; readonly initialVariables: string } {
  const tab = storedTab() ?? EXAMPLES[0];
  return { initialQuery: tab?.query ?? '', initialVariables: tab?.variables ?? '' };
}

function storedTab(): Tab | undefined {
  const stored = sessionStorage.getItem(TABS_KEY);
  if (stored === null) return undefined;
  const { tabs, activeTabIndex }: { readonly tabs: readonly Tab[]; readonly activeTabIndex: number } =
    JSON.parse(stored);
  return tabs[activeTabIndex];
}
