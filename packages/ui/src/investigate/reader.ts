/** Loads what finds observables in text; it carries the list of public suffixes and is not needed for first paint. */
import type { Found } from '@sightline/ctim';
import { useEffect, useState } from 'react';

export type Read = (text: string) => Found[];

export function useReader(): Read | undefined {
  const [read, setRead] = useState<Read>();
  useEffect(() => {
    let there = true;
    const loaded = import('./read.ts');
    loaded.then(
      ({ inspect }) => {
        if (!there) return;
        setRead(() => (text: string) => inspect(text));
        preload();
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
  }, []);
  return read;
}

/** What results are drawn with comes next, so that it is there when the first one is; who needs it sees a failure. */
function preload(): void {
  for (const part of [import('./canvas.tsx'), import('./timeline.tsx')]) part.catch(() => {});
}
