/** Loads what finds observables in text: it carries the list of public suffixes, and waits until there may be a text. */
import type { Found } from '@sightline/ctim';
import { useEffect, useState } from 'react';

export type Read = (text: string) => Found[];

export function useReader(wanted: boolean): Read | undefined {
  const [read, setRead] = useState<Read>();
  useEffect(() => {
    if (!wanted) return;
    let there = true;
    const loaded = import('./read.ts');
    loaded.then(
      ({ inspect }) => {
        if (there) setRead(() => (text: string) => inspect(text));
      },
      // Thrown while rendering it reaches the error page, which offers to load again.
      (error: unknown) =>
        setRead(() => {
          throw error;
        }),
    );
    return () => {
      there = false;
    };
  }, [wanted]);
  return read;
}
