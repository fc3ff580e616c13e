/** The entries as the mail path asks for them: in memory, always those in force at this moment. */
import type { ListName } from '@sightline/api';
import type { Listed, Lists } from '../scan/lists.ts';
import type { Entry, ListStore } from './store.ts';

export interface Memory {
  lists(name: ListName): Lists;
  /** Something has changed in the store. */
  refresh(): void;
}

/** Changes count with the next question, also those that time makes. */
export function inMemory(store: Pick<ListStore, 'all'>, clock: () => number): Memory {
  let built: Record<ListName, Lists> | undefined;
  let until = 0;
  const build = (): Record<ListName, Lists> => {
    const entries = store.all(clock());
    until = Math.min(...entries.map(({ expires }) => expires ?? Number.POSITIVE_INFINITY));
    return {
      block: listsOf(entries.filter(({ list }) => list === 'block')),
      safe: listsOf(entries.filter(({ list }) => list === 'safe')),
    };
  };
  return {
    lists(name) {
      if (!built || clock() >= until) built = build();
      return built[name];
    },
    refresh() {
      built = undefined;
    },
  };
}

export function listsOf(entries: readonly Entry[]): Lists {
  const of = (kind: Entry['kind']) => entries.filter((one) => one.kind === kind);
  const map = (kind: Entry['kind']) => new Map(of(kind).map((one) => [one.value, listed(one)]));
  const patterns = (kind: Entry['kind']) => of(kind).map((one) => ({ ...listed(one), pattern: one.value }));
  return {
    senders: map('sender'),
    domains: map('domain'),
    networks: map('network'),
    urls: map('url'),
    sha256: map('sha256'),
    subjects: patterns('subject'),
    fileNames: patterns('attachment'),
    fileTypes: new Map(),
  };
}

const listed = ({ id, list, reason }: Entry): Listed => ({ id: `${list}list entry ${id}`, reason });
