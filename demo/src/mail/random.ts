/** A seeded source of choices, so that the same seed makes the same mail (mulberry32). */
export interface Random {
  /** 0 <= x < 1 */
  next(): number;
  int(below: number): number;
  pick<T>(list: readonly T[]): T;
  /** `n` different ones, in random order. */
  some<T>(list: readonly T[], n: number): T[];
}

export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    pick: (list) => list[int(list.length)] as (typeof list)[number],
    some: (list, n) => shuffled(list, int).slice(0, n),
  };
}

function shuffled<T>(list: readonly T[], int: (below: number) => number): T[] {
  const out = [...list];
  for (let i = out.length - 1; i > 0; i--) {
    const j = int(i + 1);
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
