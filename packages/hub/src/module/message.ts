/** One message of a module's appliance, with every step of its processing. */
import { fail, messageDetails } from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { getInstance } from './store.ts';

/** Milliseconds for the appliance's answer. */
const DEADLINE_MS = 10_000;

export function messageRoutes(on: Mount<Caller>, { db, ask }: Pick<Deps, 'db' | 'ask'>): void {
  on(messageDetails, async ({ caller, params, c }) => {
    const { settings } = await getInstance(db, caller.orgId, params.id);
    if (typeof settings.device !== 'string')
      throw fail('not_found', { what: 'message tracking in this module' });
    const question = { verb: 'details', body: { mid: params.mid } } as const;
    const details = await ask(caller.orgId, settings.device, question, {
      deadlineMs: DEADLINE_MS,
      signal: c.req.raw.signal,
    });
    if (!details) throw fail('not_found', { what: 'message with this MID' });
    return details;
  });
}
