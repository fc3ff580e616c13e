/** Blocklists and safelists over the API (api/gateway/lists.ts). */
import * as api from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Commands } from '../mta/contract.ts';

export interface ListRoutes {
  lists: Commands<'lists'>;
  /** Where entries come from that are made here. */
  source: 'console' | 'cli';
}

export function lists(on: Mount<{ name: string }>, { lists, source }: ListRoutes): void {
  on(api.listEntries, ({ query }) => lists.page(query));
  on(api.addToList, ({ body, caller }) => lists.add(body, caller.name, source));
  on(api.removeFromList, ({ body, caller }) => lists.remove(body, caller.name));
  on(api.applyList, ({ body, caller }) => lists.apply(body, caller.name));
  on(api.importList, ({ body, caller }) => lists.imported(body.csv, body.reason, caller.name));
  on(
    api.exportList,
    async () =>
      new Response(await lists.exported(), {
        headers: {
          'Content-Type': 'text/csv; charset=utf-8',
          'Content-Disposition': 'attachment; filename="lists.csv"',
        },
      }),
  );
}
