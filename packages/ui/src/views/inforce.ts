/** The saved view that a page was put into last, until the program is left. */
import { listViews, type SavedView, type ViewPage } from '@sightline/api';
import { useCall } from '../kit/call.ts';
import { cell } from '../kit/cell.ts';
import { setHidden } from '../kit/columns.tsx';
import { setDisplay } from '../kit/display.ts';

const chosen = cell<ReadonlyMap<ViewPage, SavedView>>(new Map());

/** What holds on every page is in force at once; the page itself takes the rest. */
export function putInForce(view: SavedView): void {
  setDisplay({ density: view.state.density });
  setHidden(view.state.hidden);
  // A copy: the same view again is news too.
  chosen.set(new Map([...chosen.get(), [view.page, { ...view }]]));
}

/** The one that was chosen, else the one that the page begins with. */
export function useViewOf(page: ViewPage): SavedView | undefined {
  const last = chosen.use().get(page);
  const { data } = useCall(listViews);
  return last ?? data?.views.find((view) => view.page === page && view.first);
}
