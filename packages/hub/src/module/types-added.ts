/** Module types that an organisation added: documents as relays are published with. */
import { fail, ModuleType, TypeDocument } from '@sightline/api';
import type { Caller } from '../http.ts';
import { addEntry, changeEntry, dropEntry, type Entry, findEntry, listEntries } from './entry-store.ts';
import { type ModuleDeps, record } from './manage.ts';
import { countOfType } from './store.ts';

const KIND = 'module-type';

/** The type that an entry holds; what a document has beyond it is kept in the entry. */
export const typeOf = (entry: Entry): ModuleType =>
  ModuleType.parse({ ...TypeDocument.parse(entry.document), id: entry.id, visibility: 'org' });

/** Types of an organisation, those that are switched off left out. */
export const addedTypes = async (db: ModuleDeps['db'], orgId: string): Promise<ModuleType[]> =>
  (await listEntries(db, orgId, KIND)).filter((entry) => entry.document.enabled !== false).map(typeOf);

type Deps = Pick<ModuleDeps, 'db' | 'audit' | 'clock' | 'kinds'>;

export async function addType(
  deps: Deps,
  caller: Caller,
  document: Record<string, unknown>,
): Promise<ModuleType> {
  return typeOf(await addTypeEntry(deps, caller, document));
}

export const addTypeEntry = (deps: Deps, caller: Caller, document: Record<string, unknown>): Promise<Entry> =>
  deps.db.transaction().execute(async (tx) => {
    const userId = caller.userId;
    const clientId = caller.kind === 'client' ? caller.id : '';
    const entry = await addEntry(tx, KIND, { orgId: caller.orgId, document, userId, clientId }, deps.clock());
    const object = typeOf(entry).title;
    await record(deps, tx, caller, {
      action: 'module-type.added',
      object,
      text: `Added the module type ${object}`,
    });
    return entry;
  });

/** @throws `module_type_fixed`, `not_found` */
export async function getTypeEntry({ db, kinds }: Deps, orgId: string, id: string): Promise<Entry> {
  const entry = await findEntry(db, orgId, KIND, id);
  if (entry) return entry;
  throw (await kinds.kindOf(orgId, id))
    ? fail('module_type_fixed')
    : fail('not_found', { what: 'module type' });
}

/** @throws `module_type_fixed`, `not_found` */
export async function changeType(
  deps: Deps,
  caller: Caller,
  id: string,
  document: Record<string, unknown>,
): Promise<Entry> {
  await getTypeEntry(deps, caller.orgId, id);
  return deps.db.transaction().execute(async (tx) => {
    const entry = await changeEntry(tx, caller.orgId, KIND, id, document, deps.clock());
    const object = typeOf(entry).title;
    await record(deps, tx, caller, {
      action: 'module-type.edited',
      object,
      text: `Edited the module type ${object}`,
    });
    return entry;
  });
}

/** @throws `module_type_in_use`, `module_type_fixed`, `not_found` */
export async function dropType(deps: Deps, caller: Caller, id: string): Promise<undefined> {
  const object = typeOf(await getTypeEntry(deps, caller.orgId, id)).title;
  const count = await countOfType(deps.db, caller.orgId, id);
  if (count > 0) throw fail('module_type_in_use', { count: String(count) });
  return deps.db.transaction().execute(async (tx) => {
    await dropEntry(tx, caller.orgId, KIND, id);
    await record(deps, tx, caller, {
      action: 'module-type.deleted',
      object,
      text: `Deleted the module type ${object}`,
    });
    return undefined;
  });
}
