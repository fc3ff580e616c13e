/** Entities by page, as the tables of these pages read them. */
import { type Answer, type Endpoint, INTEL } from '@sightline/api';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { call, keyOf } from '../kit/call.ts';

/** The kinds that have pages. */
export const KINDS = ['judgement', 'indicator', 'sighting', 'feed', 'event', 'casebook', 'incident'] as const;
export type Kind = (typeof KINDS)[number];
export type Entity<K extends Kind> = Answer<(typeof INTEL)[K]['read']>;

const PAGE = 100;

/** What a person typed as a query: his own syntax where he uses it, else words, the last of which may go on. */
export function queryOf(text: string): Record<string, string> {
  const trimmed = text.trim();
  if (trimmed === '') return {};
  const isQuery = /[:"()*]|\b(?:AND|OR|NOT)\b/.test(trimmed);
  return isQuery ? { query: trimmed } : { simple_query: `${trimmed}*` };
}

export function useEntities<K extends Kind>(kind: K, query: Record<string, string>) {
  const endpoint = INTEL[kind].search as unknown as Endpoint;
  return useInfiniteQuery({
    queryKey: [...keyOf(endpoint, query)],
    queryFn: ({ pageParam, signal }) =>
      call(endpoint, { query: { ...query, limit: PAGE, offset: pageParam } } as never, { signal }) as Promise<
        Entity<K>[]
      >,
    initialPageParam: 0,
    getNextPageParam: (last, all) => (last.length === PAGE ? all.length * PAGE : undefined),
    placeholderData: keepPreviousData,
  });
}

/** `judgement-…` of a long id. */
export const shortOf = (id: string): string => id.split('/').pop() ?? id;
