/** What can be done with lists: the commands of the mail process. */
import { fail, type ListChanged, type ListItem, type ListName, ListRemoval } from '@sightline/api';
import type { Logger } from 'pino';
import type { Commands } from '../mta/contract.ts';
import type { Store } from '../queue/store.ts';
import { type ApplyParts, apply } from './apply.ts';
import { fromCsv, toCsv } from './csv.ts';
import type { Memory } from './memory.ts';
import type { Entry, ListStore } from './store.ts';

export interface ListParts extends Omit<ApplyParts, 'entries'> {
  store: Pick<Store, 'commit'>;
  lists: ListStore;
  memory: Memory;
  /** Epoch milliseconds. */
  clock(): number;
  log: Logger;
}

const HOUR_MS = 3_600_000;
/** Entries in all: they are in memory. */
const MOST = 200_000;

export function listCommands(parts: ListParts): Commands<'lists'> {
  const { lists, clock } = parts;
  return {
    page: async (query) => lists.page(query, clock()),
    add: async ({ list, items, reason, hours }, actor, source) => {
      const created = clock();
      const expires = hours === null ? null : created + Math.round(hours * HOUR_MS);
      const entries = items.map((item) => ({ list, ...item, reason, actor, source, created, expires }));
      return put(parts, entries);
    },
    remove: (removal, actor) => remove(parts, removal, actor),
    apply: (application, actor) => {
      const all = lists.all(clock()).filter(({ list }) => list === 'block');
      const { ids } = application;
      const entries = ids.length === 0 ? all : all.filter(({ id }) => ids.includes(id));
      if (entries.length === 0) throw fail('not_found', { what: 'such blocklist entry' });
      return apply({ ...parts, entries }, application, actor);
    },
    exported: async () => toCsv(lists.all(clock())),
    imported: async (csv, reason, actor) => {
      const created = clock();
      const entries = fromCsv(csv, reason).map(({ list, item, reason: why, expires }) => ({
        list,
        ...item,
        reason: why,
        actor,
        source: 'import',
        created,
        expires,
      }));
      return put(
        parts,
        entries.filter(({ expires }) => expires === null || expires > created),
      );
    },
  };
}

async function put(parts: ListParts, entries: Omit<Entry, 'id'>[]): Promise<ListChanged> {
  const { store, lists, memory, clock, log } = parts;
  if (lists.count() + entries.length > MOST)
    throw fail('too_large', { limit: `${MOST} entries of the lists in all` });
  const ids = await store.commit(() => {
    lists.expire(clock());
    return entries.map(lists.put);
  });
  memory.refresh();
  const [first] = entries;
  log.info(
    { actor: first?.actor, source: first?.source, added: ids.length, reason: first?.reason },
    'lists changed',
  );
  return { added: ids.length, removed: 0, ids };
}

async function remove(parts: ListParts, removal: ListRemoval, actor: string): Promise<ListChanged> {
  const { store, lists, memory, log } = parts;
  const { list, ids, items, reason } = ListRemoval.parse(removal);
  const named = items.flatMap((item) => idOf(lists, list, item) ?? []);
  const removed = await store.commit(() => [...new Set([...ids, ...named])].filter(lists.remove));
  memory.refresh();
  log.info({ actor, removed: removed.length, reason }, 'lists changed');
  return { added: 0, removed: removed.length, ids: removed };
}

const idOf = (lists: ListStore, list: ListName, { kind, value }: ListItem): number | undefined =>
  lists.idOf(list, kind, value);
