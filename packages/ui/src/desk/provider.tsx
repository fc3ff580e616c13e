/** What an analyst does with observables from any page: judge, put into a casebook, look up elsewhere, the dock. */
import type { Reference } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { createContext, lazy, type ReactNode, Suspense, useContext, useMemo, useState } from 'react';

/** A dialog and what it is about. */
type Doing =
  | { kind: 'judge'; observable: Observable; disposition?: string }
  | { kind: 'casebook'; observables: Observable[] }
  | { kind: 'leave'; reference: Reference };

interface Desk {
  /** `disposition`: the word that is chosen beforehand. */
  judge: (observable: Observable, disposition?: string) => void;
  /** Asks into which casebook. */
  collect: (observables: Observable[]) => void;
  /** To another site, after a warning. */
  leave: (reference: Reference) => void;
  docked: boolean;
  setDocked: (open: boolean) => void;
}
const DeskContext = createContext<Desk>({
  judge() {},
  collect() {},
  leave() {},
  docked: false,
  setDocked() {},
});
export const useDesk = (): Desk => useContext(DeskContext);

const Judge = lazy(() => import('./judge.tsx'));
const Collect = lazy(() => import('./collect.tsx'));
const Leave = lazy(() => import('./leave.tsx'));

export function DeskProvider({ children }: { children: ReactNode }): ReactNode {
  const [doing, setDoing] = useState<Doing>();
  const [docked, setDocked] = useState(false);
  const desk = useMemo(
    (): Desk => ({
      judge: (observable, disposition) =>
        setDoing({ kind: 'judge', observable, ...(disposition ? { disposition } : {}) }),
      collect: (observables) => setDoing({ kind: 'casebook', observables }),
      leave: (reference) => setDoing({ kind: 'leave', reference }),
      docked,
      setDocked,
    }),
    [docked],
  );
  return (
    <DeskContext.Provider value={desk}>
      {children}
      <Suspense>{doing && <Dialog doing={doing} onClose={() => setDoing(undefined)} />}</Suspense>
    </DeskContext.Provider>
  );
}

function Dialog({ doing, onClose }: { doing: Doing; onClose: () => void }): ReactNode {
  if (doing.kind === 'judge')
    return <Judge observable={doing.observable} disposition={doing.disposition} onClose={onClose} />;
  if (doing.kind === 'casebook') return <Collect observables={doing.observables} onClose={onClose} />;
  return <Leave reference={doing.reference} onClose={onClose} />;
}
