import { useSyncExternalStore } from 'react';

/** A value beside React, that components follow. */
export interface Cell<T> {
  get(): T;
  set(value: T): void;
  use(): T;
}

export function cell<T>(initial: T): Cell<T> {
  let now = initial;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const get = (): T => now;
  return {
    get,
    set(value) {
      now = value;
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
}
