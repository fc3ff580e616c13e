/** Saved views over HTTP. */
import { changeView, deleteView, fail, listViews, saveView } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { change, list, remove, save } from './store.ts';

const noView = () => fail('not_found', { what: 'saved view of yours' });

export function viewRoutes(on: Mount<Caller>, { db }: Pick<Deps, 'db'>): void {
  on(listViews, async ({ caller }) => ({ views: await list(db, caller) }));
  on(saveView, ({ caller, body }) => save(db, caller, body));
  on(changeView, async ({ caller, params, body }) => {
    const changed = await change(db, caller, params.id, body);
    if (!changed) throw noView();
    return changed;
  });
  on(deleteView, async ({ caller, params }) => {
    if (!(await remove(db, caller, params.id))) throw noView();
    return undefined;
  });
}
