/** Making, reading, changing and deleting entities: who may, what is filled in, and the event that tells of it. */

import { fail } from '@sightline/api';
import { ENTITIES, type Entity, isoTime, parseId, shortId } from '@sightline/ctim';
import { type Db, oneAtATime } from '../db.ts';
import type { Deps } from '../deps.ts';
import { completed } from './complete.ts';
import { changes } from './event.ts';
import { notThere, refusal } from './fault.ts';
import type { Viewer } from './find.ts';
import { type Doc, dropEntity, insertEntity, type Kept, keptOf, replaceEntity } from './store.ts';
import { inward, outward, ownId } from './wire.ts';

/** Who writes; `client` when it is an API client. */
export interface Writer extends Viewer {
  /** Of the user or client. */
  id: string;
  kind: 'user' | 'client' | 'nobody';
}

export interface IntelDeps extends Pick<Deps, 'db' | 'clock' | 'publicUrl' | 'log'> {
  /** Called when an organisation keeps its first entity. */
  first?: ((orgId: string) => Promise<void>) | undefined;
}

export type WithTx = IntelDeps & { tx: Db };

/** Kept beside the document, for metrics. */
const HIDDEN = new Set(['intervals']);

/** An entity as it goes out. */
export function shown(deps: Pick<IntelDeps, 'publicUrl'>, kept: Kept): Doc {
  const open = Object.fromEntries(Object.entries(kept.doc).filter(([key]) => !HIDDEN.has(key)));
  const doc = { ...open, id: kept.id, created: isoTime(kept.created), modified: isoTime(kept.modified) };
  const out = outward(doc, deps.publicUrl()) as Doc;
  return kept.type === 'feed' ? { ...out, feed_view_url: viewUrl(out) } : out;
}

function viewUrl({ id, output, secret }: Doc): string {
  return `${id}/${output === 'judgements' ? 'view' : 'view.txt'}?s=${secret}`;
}

/** Runs `work` in a transaction. */
export const inTransaction = <T>(deps: IntelDeps, work: (deps: WithTx) => Promise<T>): Promise<T> =>
  deps.db.transaction().execute((tx) => work({ ...deps, tx }));

/**
 * Keeps a new entity. `given` has been checked against the kind's schema.
 * @throws 400 for an id of another hub, 403 for one of this hub: ids are the store's to choose
 */
export async function create(
  deps: WithTx,
  who: Writer,
  entity: Entity,
  given: Doc,
  id = shortId(entity.name),
): Promise<Kept> {
  refuseId(deps, given);
  const now = deps.clock();
  const doc = completed(entity, inward(given, deps.publicUrl()) as Doc, now);
  const kept = await insertEntity(deps.tx, entity, {
    orgId: who.orgId,
    id,
    type: entity.name,
    ownerId: who.userId,
    tlp: String(doc.tlp),
    doc: { ...doc, ...ownership(who) },
    created: now,
    modified: now,
  });
  if (entity.name !== 'event') await tell(deps, who, 'record-created', kept);
  return kept;
}

const ownership = (who: Writer): Doc => ({
  owner: who.name,
  groups: [who.orgId],
  ...(who.kind === 'client' ? { client_id: who.id } : {}),
});

function refuseId({ publicUrl }: WithTx, { id }: Doc): void {
  if (typeof id !== 'string' || parseId(id)?.kind === 'transient') return;
  const own = ownId(id, publicUrl());
  if (own === undefined)
    throw refusal('an id of another host cannot be kept here', {
      error: 'Invalid hostname in ID',
      id,
      'this-host': new URL(publicUrl()).host,
    });
  const wire = { message: 'Missing capability', error: 'missing_capability', capabilities: 'specify-id' };
  throw fail('forbidden', { permission: 'specify-id' }, { wire });
}

/** @throws 404 also when it is another organisation's, or red and somebody else's */
export async function read(db: Db, deps: IntelDeps, who: Viewer, entity: Entity, id: string): Promise<Kept> {
  const kept = await readAny(db, deps, who, id);
  if (kept?.type !== entity.name) throw notThere(entity.name);
  return kept;
}

/** The entity of an id in either form, undefined when this one may not see it. */
export async function readAny(
  db: Db,
  { publicUrl }: Pick<IntelDeps, 'publicUrl'>,
  who: Viewer,
  id: string,
): Promise<Kept | undefined> {
  const short = ownId(id, publicUrl());
  const kept = short === undefined ? undefined : await keptOf(db, who.orgId, short);
  return kept && isVisible(kept, who) ? kept : undefined;
}

const isVisible = ({ tlp, ownerId, doc }: Kept, who: Viewer): boolean =>
  tlp !== 'red' ||
  ownerId === who.userId ||
  [doc.authorized_users].flat().some((name) => name === who.userId || name === who.name);

/** Replaces the document by what `make` makes of it. Two changes of one entity come one after the other. */
export async function change(
  deps: WithTx,
  who: Writer,
  entity: Entity,
  id: string,
  make: (kept: Kept, now: number) => Doc,
): Promise<Kept> {
  const short = ownId(id, deps.publicUrl());
  if (short === undefined) throw notThere(entity.name);
  await oneAtATime(deps.tx, `intel ${short}`);
  const before = await read(deps.tx, deps, who, entity, short);
  const now = deps.clock();
  const made = completed(entity, inward(make(before, now), deps.publicUrl()) as Doc, now, before.doc);
  const { owner, groups, client_id } = before.doc;
  const doc = { ...made, owner, groups, ...(client_id ? { client_id } : {}) };
  const after = { ...before, doc, tlp: String(made.tlp), modified: now };
  await replaceEntity(deps.tx, entity, after);
  if (entity.name !== 'event') await tell(deps, who, 'record-updated', after, changes(before.doc, doc));
  return after;
}

/** @throws 404 */
export async function remove(deps: WithTx, who: Writer, entity: Entity, id: string): Promise<void> {
  const kept = await read(deps.tx, deps, who, entity, id);
  await dropEntity(deps.tx, kept);
  if (entity.name !== 'event') await tell(deps, who, 'record-deleted', kept);
}

async function tell(deps: WithTx, who: Writer, type: string, kept: Kept, fields?: Doc[]): Promise<void> {
  const now = deps.clock();
  const { secret, ...open } = kept.doc;
  const doc = completed(
    ENTITIES.event as unknown as Entity,
    {
      event_type: type,
      entity: { ...open, id: kept.id, created: isoTime(kept.created), modified: isoTime(kept.modified) },
      tlp: kept.tlp,
      timestamp: isoTime(now),
      ...(fields ? { fields } : {}),
    },
    now,
  );
  await insertEntity(deps.tx, ENTITIES.event as unknown as Entity, {
    orgId: who.orgId,
    id: shortId('event'),
    type: 'event',
    ownerId: kept.ownerId,
    tlp: kept.tlp,
    doc: { ...doc, ...ownership(who) },
    created: now,
    modified: now,
  });
}
