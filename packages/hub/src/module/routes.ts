/** The catalogue and the configured modules over HTTP. */
import {
  addModule,
  deleteModule,
  editModule,
  fail,
  listModuleDevices,
  listModules,
  listModuleTypes,
  type ModuleInstance,
  type ModuleType,
  testModule,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Db } from '../db.ts';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import type { ApplianceDeps } from './appliance.ts';
import { healthOf } from './health.ts';
import type { Kind, Targets } from './kind.ts';
import { type Registry, target } from './registry.ts';
import { checkSettings } from './settings.ts';
import { deviceIdOf, problemOf } from './state.ts';
import { addInstance, changeInstance, dropInstance, getInstance, listInstances } from './store.ts';

export interface ModuleDeps extends Pick<Deps, 'db' | 'devices' | 'audit' | 'clock' | 'log'> {
  kinds: Registry;
  /** A device of the organisation that has not been removed. */
  deviceOf: ApplianceDeps['deviceOf'];
}

export function moduleRoutes(on: Mount<Caller>, deps: ModuleDeps): void {
  on(listModuleTypes, () => ({ types: deps.kinds.types }));
  on(listModuleDevices, ({ caller }) => deps.devices(caller.orgId));
  on(listModules, async ({ caller }) => ({ modules: await listed(deps, caller.orgId) }));
  on(addModule, ({ caller, body }) => add(deps, caller, body));
  on(editModule, ({ caller, params, body }) => edit(deps, caller, params.id, body));
  on(deleteModule, ({ caller, params }) => remove(deps, caller, params.id));
  on(testModule, async ({ caller, params }) => {
    const instance = await getInstance(deps.db, caller.orgId, params.id);
    const kind = kindOf(deps.kinds, instance.module_type_id);
    return healthOf(kind, { ...instance, orgId: caller.orgId }, deps.log);
  });
}

/** The modules that an investigation may ask. */
export function targetsOf(deps: Pick<ModuleDeps, 'db' | 'kinds' | 'log'>): Targets {
  return async (orgId, ids) => {
    const instances = await listInstances(deps.db, orgId);
    return instances.flatMap((instance) => {
      const kind = deps.kinds.kindOf(instance.module_type_id);
      const asked = instance.enabled && (!ids || ids.includes(instance.id));
      return kind && asked ? [target(kind, { ...instance, orgId }, deps.log)] : [];
    });
  };
}

async function listed(deps: ModuleDeps, orgId: string) {
  const [instances, usable] = await Promise.all([listInstances(deps.db, orgId), deps.devices(orgId)]);
  return Promise.all(
    instances.map(async (instance) => {
      const type = deps.kinds.kindOf(instance.module_type_id)?.type;
      const id = type && deviceIdOf(type, instance.settings);
      const device = id ? await deps.deviceOf(orgId, id) : undefined;
      const around = { type, device, usable: usable.devices.some((d) => d.id === id), reason: usable.reason };
      return {
        ...instance,
        type_title: type?.title ?? 'Unknown',
        device: device?.name ?? '',
        problem: problemOf(instance, around),
      };
    }),
  );
}

async function add(
  deps: ModuleDeps,
  caller: Caller,
  given: Pick<ModuleInstance, 'name' | 'module_type_id' | 'settings'>,
): Promise<ModuleInstance> {
  const { type } = kindOf(deps.kinds, given.module_type_id);
  const settings = await checked(deps, caller.orgId, type, given.settings);
  return deps.db.transaction().execute(async (tx) => {
    const added = await addInstance(tx, caller.orgId, { ...given, settings }, deps.clock());
    await record(
      deps,
      tx,
      caller,
      'module.added',
      added.name,
      `Added the module ${added.name} (${type.title})`,
    );
    return added;
  });
}

async function edit(
  deps: ModuleDeps,
  caller: Caller,
  id: string,
  change: Partial<Pick<ModuleInstance, 'name' | 'enabled' | 'settings'>>,
): Promise<ModuleInstance> {
  const before = await getInstance(deps.db, caller.orgId, id);
  const { type } = kindOf(deps.kinds, before.module_type_id);
  const settings = change.settings && { ...before.settings, ...change.settings };
  const whole = {
    ...change,
    ...(settings ? { settings: await checked(deps, caller.orgId, type, settings) } : {}),
  };
  return deps.db.transaction().execute(async (tx) => {
    const after = await changeInstance(tx, caller.orgId, id, whole, deps.clock());
    await record(deps, tx, caller, 'module.edited', after.name, describe(before, after));
    return after;
  });
}

async function remove(deps: ModuleDeps, caller: Caller, id: string): Promise<undefined> {
  const { name } = await getInstance(deps.db, caller.orgId, id);
  return deps.db.transaction().execute(async (tx) => {
    await dropInstance(tx, caller.orgId, id);
    await record(deps, tx, caller, 'module.deleted', name, `Deleted the module ${name}`);
    return undefined;
  });
}

function kindOf(kinds: Registry, typeId: string): Kind {
  const kind = kinds.kindOf(typeId);
  if (!kind) throw fail('not_found', { what: 'kind of module' });
  return kind;
}

/** Settings as the type has them, with a device of the right type that may be asked now. */
async function checked(deps: ModuleDeps, orgId: string, type: ModuleType, given: ModuleInstance['settings']) {
  const settings = checkSettings(type.configuration_spec, given);
  const id = deviceIdOf(type, settings);
  if (id === undefined) return settings;
  const wanted = type.configuration_spec.find((field) => field.type === 'device')?.subtype;
  const device = (await deps.devices(orgId)).devices.find((d) => d.id === id);
  if (!device || (wanted && device.type !== wanted)) throw fail('module_device_unusable');
  return settings;
}

function describe(before: ModuleInstance, after: ModuleInstance): string {
  const changes = [
    before.name === after.name ? '' : `renamed from ${before.name}`,
    before.enabled === after.enabled ? '' : after.enabled ? 'switched on' : 'switched off',
    ...Object.keys({ ...before.settings, ...after.settings })
      .filter((key) => before.settings[key] !== after.settings[key])
      .map((key) => `${key}: ${before.settings[key] ?? 'none'} to ${after.settings[key] ?? 'none'}`),
  ].filter((text) => text !== '');
  return `Edited the module ${after.name}: ${changes.join(', ') || 'no changes'}`;
}

const record = (deps: ModuleDeps, tx: Db, caller: Caller, action: string, object: string, text: string) =>
  deps.audit({ orgId: caller.orgId, actor: caller.name, action, object, text, peer: caller.peer }, tx);
