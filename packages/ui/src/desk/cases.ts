/** Putting observables into casebooks. */
import { changeCasebookObservables, INTEL } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { shortOf } from '../intel/search.ts';
import { call, keyOf } from '../kit/call.ts';
import { notify, notifyProblem } from '../kit/notify.ts';
import { count } from '../kit/text.ts';

/** The casebooks that hold an observable, as their search has it. */
export const holding = ({ type, value }: Observable): string =>
  `observables.value:"${value.replace(/[\\"]/g, '\\$&')}" AND observables.type:${type}`;

const plain = ({ type, value }: Observable): Observable => ({ type, value });

/** Adds to a casebook by its id; says so, or why not. */
export function useCollect(): (id: string, title: string, observables: Observable[]) => Promise<void> {
  const queries = useQueryClient();
  return useCallback(
    async (id, title, observables) => {
      const body = { operation: 'add' as const, observables: observables.map(plain) };
      try {
        await call(changeCasebookObservables, { params: { id: shortOf(id) }, query: {}, body });
        notify(`${count(observables.length, 'observable')} added to ${title}.`);
      } catch (error) {
        notifyProblem(error);
      }
      const { read, search, count: total } = INTEL.casebook;
      await Promise.all([read, search, total].map((e) => queries.invalidateQueries({ queryKey: keyOf(e) })));
    },
    [queries],
  );
}
