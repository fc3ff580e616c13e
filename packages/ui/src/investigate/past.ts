/** A state with what it was before, for undo and redo. Pure. */
export interface Past<T> {
  before: readonly T[];
  now: T;
  after: readonly T[];
}

/** Steps that can be taken back. */
const MOST = 100;

export const past = <T>(now: T): Past<T> => ({ before: [], now, after: [] });

export const step = <T>({ before, now }: Past<T>, next: T): Past<T> => ({
  before: [...before, now].slice(-MOST),
  now: next,
  after: [],
});

export function undo<T>(p: Past<T>): Past<T> {
  const last = p.before.at(-1);
  if (last === undefined) return p;
  return { before: p.before.slice(0, -1), now: last, after: [p.now, ...p.after] };
}

export function redo<T>(p: Past<T>): Past<T> {
  const [next, ...after] = p.after;
  if (next === undefined) return p;
  return { before: [...p.before, p.now], now: next, after };
}
