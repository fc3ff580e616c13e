/** Snapshots over HTTP. */
import {
  changeSnapshot,
  deleteSnapshot,
  fail,
  getSnapshot,
  listSnapshots,
  type SnapshotRun,
  saveSnapshot,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { observableKey } from '@sightline/ctim';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { add, change, get, list, remove } from './store.ts';

const noSnapshot = () => fail('not_found', { what: 'snapshot of yours' });

export function snapshotRoutes(on: Mount<Caller>, deps: Pick<Deps, 'db' | 'audit' | 'clock'>): void {
  const { db, clock } = deps;
  on(listSnapshots, async ({ caller }) => ({ snapshots: await list(db, caller) }));
  on(getSnapshot, async ({ caller, params }) => {
    const found = await get(db, caller, params.id);
    if (!found) throw noSnapshot();
    return found;
  });
  on(saveSnapshot, async ({ caller, body }) => {
    const made = await add(db, caller, { ...body, counts: countsOf(body.run) }, clock());
    await deps.audit(line(caller, 'snapshot.saved', made.name));
    return made;
  });
  on(changeSnapshot, async ({ caller, params, body }) => {
    if (!(await change(db, caller, params.id, body))) throw noSnapshot();
    const changed = await get(db, caller, params.id);
    if (!changed) throw noSnapshot();
    await deps.audit(line(caller, 'snapshot.changed', changed.name));
    const { run: _, view: __, ...shown } = changed;
    return shown;
  });
  on(deleteSnapshot, async ({ caller, params }) => {
    const name = await remove(db, caller, params.id);
    if (name === undefined) throw noSnapshot();
    await deps.audit(line(caller, 'snapshot.deleted', name));
    return undefined;
  });
}

const line = ({ orgId, name, peer }: Caller, action: string, object: string) => ({
  orgId,
  actor: name,
  action,
  object,
  text: '',
  peer,
});

/** What the list says of it. */
export function countsOf(run: SnapshotRun): { observables: number; sightings: number; targets: number } {
  const sightings = run.modules.flatMap(({ data }) => data.sightings?.docs ?? []);
  const targets = sightings.flatMap((s) => s.targets ?? []).flatMap((t) => t.observables[0] ?? []);
  return {
    observables: run.observables.length,
    sightings: sightings.length,
    targets: new Set(targets.map(observableKey)).size,
  };
}
