/** The catalogue and the configured modules over HTTP. */
import {
  addModule,
  deleteModule,
  deleteModuleType,
  editModule,
  importModuleType,
  listModuleDevices,
  listModules,
  listModuleTypes,
  type ModuleInstance,
  testModule,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import type { Caller } from '../http.ts';
import { healthOf } from './health.ts';
import { add, edit, kindFor, type ModuleDeps, remove, whole } from './manage.ts';
import { masked } from './secrets.ts';
import { deviceIdOf, problemOf } from './state.ts';
import { getInstance, listInstances, type Stored } from './store.ts';
import { addType, dropType } from './types-added.ts';

export function moduleRoutes(on: Mount<Caller>, deps: ModuleDeps): void {
  on(listModuleTypes, async ({ caller }) => ({ types: await deps.kinds.typesOf(caller.orgId) }));
  on(importModuleType, ({ caller, body }) => addType(deps, caller, body));
  on(deleteModuleType, ({ caller, params }) => dropType(deps, caller, params.id));
  on(listModuleDevices, ({ caller }) => deps.devices(caller.orgId));
  on(listModules, async ({ caller }) => ({ modules: await listed(deps, caller.orgId) }));
  on(addModule, async ({ caller, body: { module_type_id: typeId, ...given } }) =>
    shown(await add(deps, caller, { typeId, ...given })),
  );
  on(editModule, async ({ caller, params, body }) => shown(await edit(deps, caller, params.id, body)));
  on(deleteModule, ({ caller, params }) => remove(deps, caller, params.id));
  on(testModule, async ({ caller, params }) => {
    const stored = await getInstance(deps.db, caller.orgId, params.id);
    const kind = await kindFor(deps, caller.orgId, stored.typeId);
    return healthOf(kind, whole(deps, stored), deps);
  });
}

/** An instance as it leaves this program: secrets masked. */
export const shown = (stored: Stored): ModuleInstance => ({
  id: stored.id,
  name: stored.name,
  module_type_id: stored.typeId,
  visibility: stored.visibility,
  enabled: stored.enabled,
  settings: masked(stored.settings, stored.sealed),
  created_at: stored.created,
  updated_at: stored.updated,
});

async function listed(deps: ModuleDeps, orgId: string) {
  const [instances, usable] = await Promise.all([listInstances(deps.db, orgId), deps.devices(orgId)]);
  const kindOf = await deps.kinds.kindsOf(orgId);
  return Promise.all(
    instances.map(async (stored) => {
      const type = kindOf(stored.typeId)?.type;
      const id = type && deviceIdOf(type, stored.settings);
      const device = id ? await deps.deviceOf(orgId, id) : undefined;
      const around = { type, device, usable: usable.devices.some((d) => d.id === id), reason: usable.reason };
      return {
        ...shown(stored),
        type_title: type?.title ?? 'Unknown',
        logo: type?.logo ?? '',
        device: device?.name ?? '',
        problem: problemOf(stored, around),
        stats: { ...deps.stats.of(stored.id), requests: deps.requests(stored.id) },
      };
    }),
  );
}
