/** The casebook that an analyst works on: kept in the browser, shown in the dock, first in every menu. */
import { useSyncExternalStore } from 'react';

const STORED = 'sightline.casebook';
const listeners = new Set<() => void>();

const stored = (): string => {
  try {
    return localStorage.getItem(STORED) ?? '';
  } catch {
    return '';
  }
};
let now = stored();

/** Short id of the casebook; '' for none. */
export function setCurrent(id: string): void {
  now = id;
  try {
    localStorage.setItem(STORED, id);
  } catch {
    // Storage is off: the choice lasts until the page is left.
  }
  for (const listener of listeners) listener();
}

export const useCurrent = (): string =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => now,
  );
