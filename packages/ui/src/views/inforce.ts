/** The saved view that a page was put into last, until the program is left. */
import { listViews, type SavedView, type ViewPage } from '@sightline/api';
import { useSyncExternalStore } from 'react';
import { useCall } from '../kit/call.ts';
import { setHidden } from '../kit/columns.tsx';
import { setDisplay } from '../kit/display.ts';

let now: ReadonlyMap<ViewPage, SavedView> = new Map();
const listeners = new Set<() => void>();

/** What holds on every page is in force at once; the page itself takes the rest. */
export function putInForce(view: SavedView): void {
  setDisplay({ density: view.state.density });
  setHidden(view.state.hidden);
  // A copy: the same view again is news too.
  now = new Map([...now, [view.page, { ...view }]]);
  for (const listener of listeners) listener();
}

/** The one that was chosen, else the one that the page begins with. */
export function useViewOf(page: ViewPage): SavedView | undefined {
  const chosen = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => now.get(page),
  );
  const { data } = useCall(listViews);
  return chosen ?? data?.views.find((view) => view.page === page && view.first);
}
