/** Events and feedback at the platform's addresses. */
import {
  addPlatformFeedback,
  incidentEvents,
  listPlatformFeedback,
  readPlatformEvent,
  searchPlatformEvents,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { ENTITIES, type Entity } from '@sightline/ctim';
import type { Caller } from '../http.ts';
import { valueIs } from './condition.ts';
import { create, type IntelDeps, inTransaction, read, shown } from './entities.ts';
import { notThere } from './fault.ts';
import { firstOf, listed, mount, type Request } from './routes.ts';
import { type Asked, groundOf, wanted } from './search.ts';
import { ownId } from './wire.ts';

const EVENT = ENTITIES.event as unknown as Entity;
const FEEDBACK = ENTITIES.feedback as unknown as Entity;
const newest = (page: Asked): Asked => ({ ...page, sort_by: 'timestamp:desc' });

export function platformRoutes(on: Mount<Caller>, deps: IntelDeps): void {
  const ground = ({ caller }: Request, entity: Entity) => groundOf(deps, deps.db, caller.orgId, entity);
  mount(on, readPlatformEvent, async ({ caller, params }) =>
    shown(deps, await read(deps.db, deps, caller, EVENT, String(params.id))),
  );
  mount(on, searchPlatformEvents, async (given) => {
    const { query, from, to, offset, limit } = given.body;
    const condition = wanted(ground(given, EVENT), { query, from, to });
    return listed(deps, given.caller, EVENT, condition, newest({ offset, limit }), given.c);
  });
  mount(on, incidentEvents, async (given) => {
    const own = ownId(String(given.params.id), deps.publicUrl());
    if (own === undefined || !own.startsWith('incident-')) throw notThere('incident');
    const condition = valueIs('entity.id', [own], ground(given, EVENT));
    return listed(deps, given.caller, EVENT, condition, newest(given.query), given.c, { few: true });
  });
  mount(on, listPlatformFeedback, async (given) => {
    const condition = valueIs('entity_id', [String(given.query.entity_id)], ground(given, FEEDBACK));
    const { offset, limit } = given.query;
    return listed(deps, given.caller, FEEDBACK, condition, { offset, limit }, given.c, { few: true });
  });
  mount(on, addPlatformFeedback, async ({ caller, body, c }) => {
    await firstOf(deps, caller.orgId);
    const doc = shown(deps, await inTransaction(deps, (tx) => create(tx, caller, FEEDBACK, body)));
    return c.json(doc, 201, { Location: String(doc.id) });
  });
}
