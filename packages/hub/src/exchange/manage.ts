/** What people and API clients do with devices, the same for both: done and audited, or neither. */
import { type Device, fail } from '@sightline/api';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import type { EventKind } from './event.ts';
import { record } from './event.ts';
import type { Link } from './link.ts';
import { deviceOf, type KeptDevice, remove, rename, resolve, shown } from './store.ts';
import { addBatch, renewToken, revokeToken } from './tokens.ts';

export interface ManageDeps extends Pick<Deps, 'db' | 'audit' | 'clock'> {
  region: string;
  link: Pick<Link, 'line' | 'cut'>;
}

const HOUR_MS = 3_600_000;

export const asShown = (deps: Pick<ManageDeps, 'link' | 'clock'>, row: KeptDevice): Device =>
  shown(row, deps.link.line(row.id)?.seen, deps.clock());

/** @throws not_found */
export async function existing(deps: ManageDeps, orgId: string, id: string): Promise<Device> {
  const row = await deviceOf(deps.db, orgId, id);
  if (!row) throw fail('not_found', { what: 'device' });
  return asShown(deps, row);
}

export interface Minted {
  expires: string;
  tokens: { deviceId: string; name: string; token: string }[];
}

/** Placeholder devices with a token each. */
export async function add(
  deps: ManageDeps,
  caller: Caller,
  given: { count: number; expiryHours: number; pattern?: string | undefined },
): Promise<Minted> {
  const now = deps.clock();
  const expires = now + given.expiryHours * HOUR_MS;
  const { count, pattern } = given;
  const batch = { orgId: caller.orgId, region: deps.region, count, pattern, expires, by: caller.name };
  const until = new Date(expires).toISOString();
  const tokens = await deps.db.transaction().execute(async (tx) => {
    const made = await addBatch(tx, batch, now);
    for (const { name, deviceId } of made)
      await deps.audit(
        line(caller, 'token.minted', name, `Token for device ${deviceId}, good until ${until}`),
        tx,
      );
    return made;
  });
  return { expires: until, tokens };
}

/** A new token for a device that has not registered. @throws not_pending */
export async function renew(
  deps: ManageDeps,
  caller: Caller,
  id: string,
  given: { expiryHours: number },
): Promise<Minted> {
  const { name } = await existing(deps, caller.orgId, id);
  const now = deps.clock();
  const expires = now + given.expiryHours * HOUR_MS;
  const until = new Date(expires).toISOString();
  const wanted = { orgId: caller.orgId, region: deps.region, deviceId: id, expires, by: caller.name };
  const token = await deps.db.transaction().execute(async (tx) => {
    const made = await renewToken(tx, wanted, now);
    if (made === undefined) throw fail('not_pending', { device: name });
    const text = `New token for device ${id}, good until ${until}; the earlier one no longer works`;
    await deps.audit(line(caller, 'token.renewed', name, text), tx);
    return made;
  });
  return { expires: until, tokens: [{ deviceId: id, name, token }] };
}

/** @throws not_pending */
export async function revoke(deps: ManageDeps, caller: Caller, id: string): Promise<Device> {
  const { name } = await existing(deps, caller.orgId, id);
  await deps.db.transaction().execute(async (tx) => {
    if (!(await revokeToken(tx, caller.orgId, id, { by: caller.name }, deps.clock())))
      throw fail('not_pending', { device: name });
    await deps.audit(line(caller, 'token.revoked', name, `Revoked the token of device ${id}`), tx);
  });
  return existing(deps, caller.orgId, id);
}

export async function edit(
  deps: ManageDeps,
  caller: Caller,
  id: string,
  given: { name?: string | undefined; description?: string | undefined },
): Promise<Device> {
  const before = await existing(deps, caller.orgId, id);
  const { name = before.name, description = before.description } = given;
  const text =
    before.name === name ? `Changed the description of ${id}` : `Renamed ${id} from "${before.name}"`;
  await deps.db.transaction().execute(async (tx) => {
    await rename(tx, caller.orgId, id, { name, description });
    await deps.audit(line(caller, 'device.edited', name, text), tx);
  });
  return existing(deps, caller.orgId, id);
}

/** All or none; their connections end at once. @throws not_found */
export async function drop(deps: ManageDeps, caller: Caller, ids: readonly string[]): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    for (const id of ids) {
      const device = await deviceOf(tx, caller.orgId, id);
      if (!device || !(await remove(tx, caller.orgId, id, deps.clock())))
        throw fail('not_found', { what: 'device' });
      await deps.audit(line(caller, 'device.deleted', device.name, `Deleted the device ${id}`), tx);
    }
  });
  for (const id of ids) deps.link.cut(id);
}

/** One machine only has the key again: questions are sent to it. Says so where the conflict was noted. */
export async function settle(deps: ManageDeps, caller: Caller, id: string): Promise<Device> {
  const { name } = await existing(deps, caller.orgId, id);
  const text = `${caller.name} says that one machine only has the key of ${id}`;
  const kind: EventKind = 'device.resolved';
  await deps.db.transaction().execute(async (tx) => {
    if (!(await resolve(tx, caller.orgId, id))) return;
    await deps.audit(line(caller, kind, name, text), tx);
    const event = { org: caller.orgId, device: id, name, kind, text, peer: caller.peer };
    await record(tx, event, deps.clock());
  });
  return existing(deps, caller.orgId, id);
}

/** A line of the audit log about what this caller did. */
export const line = (caller: Caller, action: string, object: string, text: string) => ({
  orgId: caller.orgId,
  actor: caller.name,
  action,
  object,
  text,
  peer: caller.peer,
});
