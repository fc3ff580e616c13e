/** Adding, changing and deleting modules, whoever asks: the portal's pages or a client of CTR. */
import { fail, type ModuleType, type Settings } from '@sightline/api';
import type { Db } from '../db.ts';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import type { Sealer } from '../secret/seal.ts';
import type { ApplianceDeps } from './appliance.ts';
import type { Instance, Kind, Targets } from './kind.ts';
import { type Registry, type TargetDeps, target } from './registry.ts';
import { isSecret, joined, parted, unmasked } from './secrets.ts';
import { checkSettings } from './settings.ts';
import { deviceIdOf } from './state.ts';
import type { Stats } from './stats.ts';
import {
  addInstance,
  changeInstance,
  dropInstance,
  getInstance,
  listInstances,
  newInstanceId,
  type Stored,
} from './store.ts';

export interface ModuleDeps extends Pick<Deps, 'db' | 'devices' | 'audit' | 'clock' | 'log'> {
  kinds: Registry;
  sealer: Sealer;
  stats: Stats;
  /** A device of the organisation that has not been removed. */
  deviceOf: ApplianceDeps['deviceOf'];
  /** Requests that went out for an instance. */
  requests(instanceId: string): { minute: number; day: number };
}

export interface Given {
  name: string;
  typeId: string;
  settings: Settings;
  enabled?: boolean | undefined;
  visibility?: Stored['visibility'] | undefined;
  extra?: Stored['extra'] | undefined;
}

/** An instance as it is asked, with its secrets open. */
export const whole = ({ sealer }: Pick<ModuleDeps, 'sealer'>, stored: Stored): Instance => ({
  id: stored.id,
  orgId: stored.orgId,
  name: stored.name,
  settings: joined(sealer, stored.id, stored.settings, stored.sealed),
});

/** The modules that an investigation may ask. */
export function targetsOf(deps: Pick<ModuleDeps, 'db' | 'kinds' | 'sealer'> & TargetDeps): Targets {
  return async (orgId, ids) => {
    const instances = await listInstances(deps.db, orgId);
    const kindOf = await deps.kinds.kindsOf(orgId);
    return instances.flatMap((stored) => {
      const kind = kindOf(stored.typeId);
      const asked = stored.enabled && (!ids || ids.includes(stored.id));
      return kind && asked ? [target(kind, whole(deps, stored), deps)] : [];
    });
  };
}

/** @throws `invalid_input`, `module_device_unusable`, `name_taken`, `not_found` for the kind */
export async function add(deps: ModuleDeps, caller: Caller, given: Given): Promise<Stored> {
  const kind = await kindFor(deps, caller.orgId, given.typeId);
  const id = newInstanceId();
  const settings = await checked(deps, caller.orgId, kind, unmasked(given.settings, {}));
  return deps.db.transaction().execute(async (tx) => {
    const added = await addInstance(
      tx,
      { ...fresh(caller, given), id, ...parted(deps.sealer, kind, id, settings) },
      deps.clock(),
    );
    const text = `Added the module ${added.name} (${kind.type.title})`;
    await record(deps, tx, caller, { action: 'module.added', object: added.name, text });
    return added;
  });
}

const fresh = (caller: Caller, given: Given) => ({
  orgId: caller.orgId,
  name: given.name,
  typeId: given.typeId,
  enabled: given.enabled ?? true,
  visibility: given.visibility ?? ('org' as const),
  userId: caller.userId,
  clientId: caller.kind === 'client' ? caller.id : '',
  extra: given.extra ?? {},
});

/** What is left out stays; of settings too, unless `replaces` says that they are all there are. */
export async function edit(
  deps: ModuleDeps,
  caller: Caller,
  id: string,
  change: Partial<Omit<Given, 'typeId'>>,
  replaces = false,
): Promise<Stored> {
  const before = await getInstance(deps.db, caller.orgId, id);
  const kind = await kindFor(deps, caller.orgId, before.typeId);
  const old = whole(deps, before).settings;
  const given = change.settings && unmasked(change.settings, old);
  const wanted = given && (replaces ? given : { ...old, ...given });
  const settings = wanted && (await checked(deps, caller.orgId, kind, wanted));
  const { settings: _, ...others } = change;
  return deps.db.transaction().execute(async (tx) => {
    const parts = settings ? parted(deps.sealer, kind, id, settings) : {};
    const after = await changeInstance(tx, caller.orgId, id, { ...others, ...parts }, deps.clock());
    const text = describe(kind, { before, after, old, now: settings ?? old });
    await record(deps, tx, caller, { action: 'module.edited', object: after.name, text });
    return after;
  });
}

export async function remove(deps: ModuleDeps, caller: Caller, id: string): Promise<undefined> {
  const { name } = await getInstance(deps.db, caller.orgId, id);
  return deps.db.transaction().execute(async (tx) => {
    await dropInstance(tx, caller.orgId, id);
    const text = `Deleted the module ${name}`;
    await record(deps, tx, caller, { action: 'module.deleted', object: name, text });
    return undefined;
  });
}

/** @throws `not_found` */
export async function kindFor(
  { kinds }: Pick<ModuleDeps, 'kinds'>,
  orgId: string,
  typeId: string,
): Promise<Kind> {
  const kind = await kinds.kindOf(orgId, typeId);
  if (!kind) throw fail('not_found', { what: 'kind of module' });
  return kind;
}

/** Settings as the kind has them, with a device of the right type that may be asked now. */
async function checked(deps: ModuleDeps, orgId: string, kind: Kind, given: Settings): Promise<Settings> {
  const settings = checkSettings(kind, given);
  const id = deviceIdOf(kind.type, settings);
  if (id === undefined) return settings;
  const wanted = kind.type.configuration_spec.find((field) => field.type === 'device')?.subtype;
  const device = (await deps.devices(orgId)).devices.find((d) => d.id === id);
  if (!device || (wanted && device.type !== wanted)) throw fail('module_device_unusable');
  return settings;
}

interface Both {
  before: Stored;
  after: Stored;
  old: Settings;
  now: Settings;
}

function describe(kind: Kind, { before, after, old, now }: Both): string {
  const same = (key: string): boolean => JSON.stringify(old[key]) === JSON.stringify(now[key]);
  const shown = (key: string): string =>
    isSecret(kind, key) ? `${key} changed` : `${key}: ${old[key] ?? 'none'} to ${now[key] ?? 'none'}`;
  const changes = [
    before.name === after.name ? '' : `renamed from ${before.name}`,
    before.enabled === after.enabled ? '' : after.enabled ? 'switched on' : 'switched off',
    ...Object.keys({ ...old, ...now })
      .filter((key) => !same(key))
      .map(shown),
  ].filter((text) => text !== '');
  return `Edited the module ${after.name}: ${changes.join(', ') || 'no changes'}`;
}

export const record = (
  deps: Pick<ModuleDeps, 'audit'>,
  tx: Db,
  caller: Caller,
  line: { action: string; object: string; text: string },
): Promise<void> => deps.audit({ orgId: caller.orgId, actor: caller.name, peer: caller.peer, ...line }, tx);

/** An instance of a kind without settings for an organisation that has none; none where its name is in use. */
export async function addBuiltIn(
  { db, clock }: Pick<ModuleDeps, 'db' | 'clock'>,
  orgId: string,
  { id: typeId, default_name: name }: ModuleType,
): Promise<void> {
  const instances = await listInstances(db, orgId);
  if (instances.some((one) => one.typeId === typeId || one.name === name)) return;
  const bare = { settings: {}, sealed: {}, extra: {}, userId: '', clientId: '', enabled: true };
  await addInstance(db, { ...bare, id: newInstanceId(), orgId, name, typeId, visibility: 'org' }, clock());
}
