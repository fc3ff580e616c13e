/** Module types, instances, integrations and patches under the addresses that clients of CTR know. */
import {
  CATALOGUE,
  Fault,
  type FaultCode,
  fail,
  type IntegrationList,
  IntIntegration,
  type IntModuleInstance,
  IntPatch,
  intAddInstance,
  intAddIntegration,
  intAddPatch,
  intAddType,
  intDeleteInstance,
  intDeleteIntegration,
  intDeletePatch,
  intDeleteType,
  intGetInstance,
  intGetIntegration,
  intGetPatch,
  intGetType,
  intListInstances,
  intListIntegrations,
  intListPatches,
  intListTypes,
  intPatchInstance,
  intPatchIntegration,
  intPatchPatch,
  intPatchType,
  intPreviewPatch,
  intPreviewPatchEncoded,
  intPutInstance,
  intPutIntegration,
  intPutPatch,
  intPutType,
  type ModuleType,
  TypeDocument,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { isoTime } from '@sightline/ctim';
import type { Caller } from '../http.ts';
import {
  addEntry,
  changeEntry,
  dropEntry,
  type Entry,
  type EntryKind,
  findEntry,
  listEntries,
} from './entry-store.ts';
import { add, edit, type ModuleDeps, remove } from './manage.ts';
import { shown } from './routes.ts';
import { getInstance, listInstances, type Stored } from './store.ts';
import { addTypeEntry, changeType, dropType, getTypeEntry, typeOf } from './types-added.ts';

export function integrationRoutes(on: Mount<Caller>, deps: ModuleDeps): void {
  typeRoutes(on, deps);
  instanceRoutes(on, deps);
  integrations(on, deps);
  patches(on, deps);
}

/** What CTR calls a thing that is not there. */
const named = async <T>(error: string, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (fault) {
    if (!(fault instanceof Fault) || fault.code !== 'not_found') throw fault;
    throw fail('not_found', fault.details, { wire: { error, error_description: fault.message } });
  }
};
const noType = <T>(work: Promise<T>) => named('module_type_not_found', work);
const noInstance = <T>(work: Promise<T>) => named('module_instance_not_found', work);

const madeOf = (entry: Entry) => ({
  id: entry.id,
  org_id: entry.orgId,
  user_id: entry.userId,
  ...(entry.clientId === '' ? {} : { client_id: entry.clientId }),
  created_at: entry.created,
  updated_at: entry.updated,
});

// ---- module types

const ADDED = 'relay-module.module/RelayModule';
const shownEntry = (entry: Entry) => ({
  ...entry.document,
  ...TypeDocument.parse(entry.document),
  enabled: entry.document.enabled !== false,
  ...madeOf(entry),
  visibility: 'org' as const,
  record: ADDED,
});
const builtIn = (type: ModuleType) => ({
  ...type,
  enabled: true,
  org_id: '',
  user_id: '',
  created_at: isoTime(0),
  updated_at: isoTime(0),
  record: 'sightline.module/BuiltIn',
});

function typeRoutes(on: Mount<Caller>, deps: ModuleDeps): void {
  const { db, kinds } = deps;
  on(intListTypes, async ({ caller, query }) => {
    const own = (await listEntries(db, caller.orgId, 'module-type')).map(shownEntry);
    const given = (await kinds.typesOf(caller.orgId)).filter((type) => type.visibility === 'global');
    return paged([...given.map(builtIn), ...own], query);
  });
  on(intAddType, async ({ caller, body }) => shownEntry(await addTypeEntry(deps, caller, body)));
  on(intGetType, async ({ caller, params }) => {
    const entry = await findEntry(db, caller.orgId, 'module-type', params.id);
    const kind = entry ? undefined : await kinds.kindOf(caller.orgId, params.id);
    if (entry) return shownEntry(entry);
    if (kind) return builtIn(kind.type);
    return noType(Promise.reject(fail('not_found', { what: 'module type' })));
  });
  on(intPutType, async ({ caller, params, body }) =>
    shownEntry(await noType(changeType(deps, caller, params.id, body))),
  );
  on(intPatchType, async ({ caller, params, body }) => {
    const { document } = await noType(getTypeEntry(deps, caller.orgId, params.id));
    return shownEntry(await changeType(deps, caller, params.id, { ...document, ...body }));
  });
  on(intDeleteType, ({ caller, params }) => noType(dropType(deps, caller, params.id)));
}

// ---- module instances

const instance = (stored: Stored): IntModuleInstance => ({
  ...shown(stored),
  ...stored.extra,
  org_id: stored.orgId,
  user_id: stored.userId,
  ...(stored.clientId === '' ? {} : { client_id: stored.clientId }),
});

type Extras = Pick<IntModuleInstance, 'external_references' | 'parent_id'>;
const extraOf = ({ external_references, parent_id }: Partial<Extras>): Extras => ({
  ...(external_references === undefined ? {} : { external_references }),
  ...(parent_id === undefined ? {} : { parent_id }),
});

function instanceRoutes(on: Mount<Caller>, deps: ModuleDeps): void {
  const { db } = deps;
  on(intListInstances, async ({ caller, query: { module_type_id, enabled, ...list } }) => {
    const all = (await listInstances(db, caller.orgId)).map(instance);
    const fits = (one: IntModuleInstance): boolean =>
      (module_type_id === undefined || one.module_type_id === module_type_id) &&
      (enabled === undefined || one.enabled === enabled);
    return paged(all.filter(fits), list);
  });
  on(
    intAddInstance,
    async ({ caller, body: { module_type_id: typeId, external_references, parent_id, ...given } }) =>
      instance(
        await noType(
          add(deps, caller, { ...given, typeId, extra: extraOf({ external_references, parent_id }) }),
        ),
      ),
  );
  on(intGetInstance, async ({ caller, params }) =>
    instance(await noInstance(getInstance(db, caller.orgId, params.id))),
  );
  on(
    intPutInstance,
    async ({ caller, params, body: { module_type_id, external_references, parent_id, ...given } }) => {
      const before = await noInstance(getInstance(db, caller.orgId, params.id));
      if (before.typeId !== module_type_id) throw fixedType();
      const change = { ...given, extra: extraOf({ external_references, parent_id }) };
      return instance(await edit(deps, caller, params.id, change, true));
    },
  );
  on(intPatchInstance, async ({ caller, params, body: { external_references, parent_id, ...given } }) => {
    const before = await noInstance(getInstance(db, caller.orgId, params.id));
    const extra = { ...before.extra, ...extraOf({ external_references, parent_id }) };
    return instance(await edit(deps, caller, params.id, { ...given, extra }));
  });
  on(intDeleteInstance, ({ caller, params }) => noInstance(remove(deps, caller, params.id)));
}

const fixedType = (): Fault =>
  new Fault(
    'invalid_input',
    {},
    {
      fields: [
        { path: 'module_type_id', message: 'The type of a module stays. Add another module instead.' },
      ],
    },
  );

// ---- integrations and patches: documents and nothing more

interface Documents {
  list(caller: Caller): Promise<Entry[]>;
  add(caller: Caller, document: Record<string, unknown>): Promise<Entry>;
  get(caller: Caller, id: string): Promise<Entry>;
  put(caller: Caller, id: string, document: Record<string, unknown>): Promise<Entry>;
  drop(caller: Caller, id: string): Promise<undefined>;
}

function documents({ db, clock }: ModuleDeps, kind: EntryKind, error: string): Documents {
  const get = async ({ orgId }: Caller, id: string): Promise<Entry> => {
    const entry = await findEntry(db, orgId, kind, id);
    if (!entry) throw fail('not_found', { what: kind }, { wire: { error, error_description: NONE } });
    return entry;
  };
  return {
    get,
    list: ({ orgId }) => listEntries(db, orgId, kind),
    add: (caller, document) => {
      const userId = caller.userId;
      const clientId = caller.kind === 'client' ? caller.id : '';
      return addEntry(db, kind, { orgId: caller.orgId, document, userId, clientId }, clock());
    },
    put: async (caller, id, document) => {
      await get(caller, id);
      return changeEntry(db, caller.orgId, kind, id, document, clock());
    },
    drop: async (caller, id) => {
      await get(caller, id);
      await dropEntry(db, caller.orgId, kind, id);
      return undefined;
    },
  };
}
const NONE = CATALOGUE['not_found' satisfies FaultCode][1].replace('{what}', 'such entry');

function integrations(on: Mount<Caller>, deps: ModuleDeps): void {
  const all = documents(deps, 'integration', 'integration_not_found');
  const show = (entry: Entry) =>
    IntIntegration.parse({ ...entry.document, ...madeOf(entry), visibility: 'org' });
  on(intListIntegrations, async ({ caller, query }) => paged((await all.list(caller)).map(show), query));
  on(intAddIntegration, async ({ caller, body }) => show(await all.add(caller, body)));
  on(intGetIntegration, async ({ caller, params }) => show(await all.get(caller, params.id)));
  on(intPutIntegration, async ({ caller, params, body }) => show(await all.put(caller, params.id, body)));
  on(intPatchIntegration, async ({ caller, params, body }) => {
    const { document } = await all.get(caller, params.id);
    return show(await all.put(caller, params.id, { ...document, ...body }));
  });
  on(intDeleteIntegration, ({ caller, params }) => all.drop(caller, params.id));
}

function patches(on: Mount<Caller>, deps: ModuleDeps): void {
  const all = documents(deps, 'module-type-patch', 'module_type_patch_not_found');
  const show = (entry: Entry) =>
    IntPatch.parse({ merge_status: 'pending', ...entry.document, ...madeOf(entry) });
  const change = async (caller: Caller, id: string, body: Record<string, unknown>) => {
    const before = show(await all.get(caller, id));
    const after = { ...before, ...body };
    if (before.merge_status !== 'merged' && after.merge_status === 'merged') await merge(deps, caller, after);
    const { module_type_id, patch, merge_status } = after;
    return show(await all.put(caller, id, { module_type_id, patch, merge_status }));
  };
  on(intListPatches, async ({ caller, query }) => paged((await all.list(caller)).map(show), query));
  on(intAddPatch, async ({ caller, body }) => {
    await noType(getTypeEntry(deps, caller.orgId, body.module_type_id));
    return show(await all.add(caller, body));
  });
  on(intGetPatch, async ({ caller, params }) => show(await all.get(caller, params.id)));
  on(intPutPatch, ({ caller, params, body }) => change(caller, params.id, body));
  on(intPatchPatch, ({ caller, params, body }) => change(caller, params.id, body));
  on(intDeletePatch, ({ caller, params }) => all.drop(caller, params.id));
  const preview = async (caller: Caller, id: string) => {
    const { module_type_id, patch } = show(await all.get(caller, id));
    const entry = await noType(getTypeEntry(deps, caller.orgId, module_type_id));
    return shownEntry({ ...entry, document: { ...entry.document, ...patch } });
  };
  on(intPreviewPatch, ({ caller, params }) => preview(caller, params.id));
  on(intPreviewPatchEncoded, ({ caller, params }) => preview(caller, params.id));
}

type Patch = Pick<ReturnType<typeof IntPatch.parse>, 'module_type_id' | 'patch'>;

/** @throws `invalid_input` when the type would not be one any more */
async function merge(deps: ModuleDeps, caller: Caller, { module_type_id, patch }: Patch): Promise<void> {
  const entry = await noType(getTypeEntry(deps, caller.orgId, module_type_id));
  const document = { ...entry.document, ...patch };
  const read = TypeDocument.safeParse(document);
  if (!read.success) {
    const fields = read.error.issues.map(({ path, message }) => ({
      path: `patch.${path.join('.')}`,
      message,
    }));
    throw new Fault('invalid_input', {}, { fields });
  }
  typeOf({ ...entry, document });
  await changeType(deps, caller, module_type_id, document);
}

/** The part of a list that was asked for, in the order that was asked for. */
function paged<T extends object>(all: readonly T[], list: IntegrationList): T[] {
  const { query, sort_by: key, sort_order: order, offset, limit } = list;
  const text = (one: T): string => JSON.stringify(one).toLowerCase();
  const found = query ? all.filter((one) => text(one).includes(query.toLowerCase())) : [...all];
  if (key) {
    const value = (one: T): string => String((one as Record<string, unknown>)[key] ?? '');
    found.sort((a, b) => value(a).localeCompare(value(b)) * (order === 'desc' ? -1 : 1));
  }
  return found.slice(offset, offset + limit);
}
