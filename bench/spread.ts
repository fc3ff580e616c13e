/** Least, middle and most of a few, rounded. */
export function spread(numbers: readonly number[]): { min: number; median: number; max: number } {
  const sorted = numbers.map(Math.round).sort((a, b) => a - b);
  return { min: sorted[0] ?? 0, median: sorted[sorted.length >> 1] ?? 0, max: sorted.at(-1) ?? 0 };
}
