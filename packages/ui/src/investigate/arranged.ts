/** How the graph is arranged by the analyst, with what it was before. */
import { useCallback, useState } from 'react';
import { type Past, past, redo, step, undo } from './past.ts';
import { EVERYTHING, type Sift } from './sift.ts';

export interface Arrangement {
  /** Undefined: by the number of nodes. */
  grouping?: boolean;
  /** Nodes that were taken out of their groups. */
  loose: ReadonlySet<string>;
  sift: Sift;
}

export interface Arranged {
  now: Arrangement;
  change: (part: Partial<Arrangement>) => void;
  /** Undefined: nothing to take back. */
  undo: (() => void) | undefined;
  redo: (() => void) | undefined;
}

export const PLAIN: Arrangement = { loose: new Set(), sift: EVERYTHING };

/** @param run of which investigation; another one begins anew, with `first` */
export function useArranged(run: string, first: Arrangement): Arranged {
  const [state, set] = useState<{ run: string; steps: Past<Arrangement> }>({ run, steps: past(first) });
  const steps = state.run === run ? state.steps : past(first);
  const put = useCallback((next: Past<Arrangement>) => set({ run, steps: next }), [run]);
  const change = useCallback(
    (part: Partial<Arrangement>) =>
      set((s) => {
        const known = s.run === run ? s.steps : past(first);
        return { run, steps: step(known, { ...known.now, ...part }) };
      }),
    [run, first],
  );
  return {
    now: steps.now,
    change,
    undo: steps.before.length > 0 ? () => put(undo(steps)) : undefined,
    redo: steps.after.length > 0 ? () => put(redo(steps)) : undefined,
  };
}
