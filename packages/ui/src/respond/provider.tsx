/** The dialog of a response action, wherever on a page it was chosen. */
import type { Observable } from '@sightline/ctim';
import { createContext, lazy, type ReactNode, Suspense, useContext, useMemo, useState } from 'react';
import type { Same } from './offers.ts';
import type { Deed } from './sweep.ts';

export interface Chosen {
  /** The same action, of each module that offers it. */
  actions: Same;
  observable: Observable;
}

/** Messages that are to be looked for in mailboxes. */
export interface InMailboxes {
  messageIds: readonly string[];
  /** Whose mailboxes alone; undefined: of all recipients. */
  recipients?: readonly string[];
  /** What is offered first after the dry run. */
  deed: Deed;
}

interface Respond {
  open: (chosen: Chosen | InMailboxes) => void;
  /** When something was last done or taken back on this page, epoch milliseconds; 0: never. */
  acted: number;
}
const RespondContext = createContext<Respond>({ open: () => {}, acted: 0 });
export const useRespond = (): Respond => useContext(RespondContext);

const Dialog = lazy(() => import('./dialog.tsx'));
const Mailboxes = lazy(() => import('./mailboxes.tsx'));

export function RespondProvider({ children }: { children: ReactNode }): ReactNode {
  const [chosen, setChosen] = useState<Chosen | InMailboxes>();
  const [acted, setActed] = useState(0);
  const respond = useMemo(() => ({ open: setChosen, acted, noteActed: () => setActed(Date.now()) }), [acted]);
  const ends = { onActed: () => setActed(Date.now()), onClose: () => setChosen(undefined) };
  return (
    <RespondContext.Provider value={respond}>
      {children}
      {chosen && (
        <Suspense>
          {'messageIds' in chosen ? (
            <Mailboxes chosen={chosen} {...ends} />
          ) : (
            <Dialog chosen={chosen} {...ends} />
          )}
        </Suspense>
      )}
    </RespondContext.Provider>
  );
}
