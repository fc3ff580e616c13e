/** The observable that a key is about: that of the row which has the focus, else the one that is open on the page. */
import type { Observable, ObservableType } from '@sightline/ctim';
import { useEffect } from 'react';

let open: Observable | undefined;

/** What is open on the page, as long as this component is on it. */
export function useSubject(observable: Observable | undefined): void {
  const { type, value } = observable ?? {};
  useEffect(() => {
    open = type !== undefined && value !== undefined ? { type, value } : undefined;
    return () => {
      open = undefined;
    };
  }, [type, value]);
}

export function subject(): Observable | undefined {
  const row = document.activeElement?.closest('tr');
  const written = row?.querySelector<HTMLElement>('[data-observable]')?.dataset.observable;
  if (written === undefined) return open;
  const at = written.indexOf(':');
  return { type: written.slice(0, at) as ObservableType, value: written.slice(at + 1) };
}
