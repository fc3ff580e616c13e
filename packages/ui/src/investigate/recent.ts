/** The last investigations of this browser. */
export interface Recent {
  text: string;
  /** Epoch milliseconds. */
  at: number;
  observables: number;
  sightings: number;
}

const KEY = 'sightline.recent';
const KEPT = 8;

/** Newest first; nothing when there are none or storage is off. */
export function recent(storage: Storage = localStorage): Recent[] {
  try {
    const list: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? list.filter(isRecent) : [];
  } catch {
    return [];
  }
}

/** Puts one on top; the same text is kept once. */
export function remember(entry: Recent, storage: Storage = localStorage): void {
  const rest = recent(storage).filter((r) => r.text !== entry.text);
  try {
    storage.setItem(KEY, JSON.stringify([entry, ...rest].slice(0, KEPT)));
  } catch {
    // Storage is off or full: there is no list then.
  }
}

function isRecent(entry: unknown): entry is Recent {
  const { text, at, observables, sightings } = (entry ?? {}) as Partial<Recent>;
  return typeof text === 'string' && [at, observables, sightings].every((n) => typeof n === 'number');
}
