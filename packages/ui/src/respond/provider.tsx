/** The dialog of a response action, wherever on a page it was chosen. */
import type { Observable } from '@sightline/ctim';
import { createContext, lazy, type ReactNode, Suspense, useContext, useMemo, useState } from 'react';
import type { Same } from './offers.ts';

export interface Chosen {
  /** The same action, of each module that offers it. */
  actions: Same;
  observable: Observable;
}

interface Respond {
  open: (chosen: Chosen) => void;
  /** When something was last done or taken back on this page, epoch milliseconds; 0: never. */
  acted: number;
}
const RespondContext = createContext<Respond>({ open: () => {}, acted: 0 });
export const useRespond = (): Respond => useContext(RespondContext);

const Dialog = lazy(() => import('./dialog.tsx'));

export function RespondProvider({ children }: { children: ReactNode }): ReactNode {
  const [chosen, setChosen] = useState<Chosen>();
  const [acted, setActed] = useState(0);
  const respond = useMemo(() => ({ open: setChosen, acted, noteActed: () => setActed(Date.now()) }), [acted]);
  return (
    <RespondContext.Provider value={respond}>
      {children}
      {chosen && (
        <Suspense>
          <Dialog chosen={chosen} onActed={() => setActed(Date.now())} onClose={() => setChosen(undefined)} />
        </Suspense>
      )}
    </RespondContext.Provider>
  );
}
