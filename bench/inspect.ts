/** Extraction: throughput on generated reports and logs, and time on hostile text. */
import { inspect } from '../packages/ctim/src/index.ts';

const MB = 1_000_000;
const WORDS =
  'the campaign used a loader that fetched its payload from and sent mail to users with an attached invoice while analysts saw traffic towards hosts over several weeks in which accounts were taken'.split(
    ' ',
  );

/** mulberry32: the same seed gives the same text everywhere. */
const random = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const observables = (next: () => number): string => {
  const int = (below: number): number => Math.floor(next() * below);
  const hex = (length: number): string => Array.from({ length }, () => int(16).toString(16)).join('');
  const host = (): string => `h${hex(4)}.d${hex(5)}.${['com', 'net', 'ru', 'top'][int(4)]}`;
  const kinds = [
    () => host().replaceAll('.', '[.]'),
    () => `hxxps://${host()}/p/${hex(12)}?id=${int(9999)}`,
    () => [1, 2, 3, 4].map(() => int(256)).join('.'),
    () => hex([32, 40, 64][int(3)] ?? 64),
    () => `u${hex(4)}@${host()}`,
    () => `https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2F${host()}%2Fx&data=05`,
    () => `2001:db8:${hex(4)}::${hex(3)}`,
    () => `email_subject:"Invoice ${hex(4)}"`,
  ];
  return kinds[int(kinds.length)]?.() ?? '';
};

/** Prose with an observable in about every twelfth place. */
const report = (length: number, seed: number): string => {
  const next = random(seed);
  const parts: string[] = [];
  for (let size = 0; size < length; ) {
    const part = next() < 0.08 ? observables(next) : (WORDS[Math.floor(next() * WORDS.length)] ?? '');
    parts.push(part, next() < 0.06 ? '.\n' : ' ');
    size += part.length + 1;
  }
  return parts.join('').slice(0, length);
};

/** Median milliseconds of a few runs. */
const median = (runs: number, work: () => void): number => {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[runs >> 1] ?? 0;
};

/** `args`: seed of the text (default 1). */
export async function run(args: string[]): Promise<Record<string, unknown>> {
  const text = report(MB, Number(args[0] ?? 1));
  const hostile = ['a.', '.', 'http://a.', '1.', 'a@a.', '[.]'].map((unit) =>
    unit.repeat(100_000 / unit.length),
  );
  inspect(text);
  const ms = median(5, () => inspect(text));
  const worst = Math.max(...hostile.map((h) => median(5, () => inspect(h))));
  const round = (n: number): number => Math.round(n * 100) / 100;
  return {
    bench: 'inspect',
    mb_per_s: round(1000 / ms),
    hostile_100k_ms: round(worst),
    found: inspect(text).length,
  };
}
