/** Sizes and times as people enter them: a number and its unit, `10 days`. Pure. */

/** From the smallest; the first has the factor 1. */
export type Units = readonly (readonly [unit: string, factor: number])[];

export const SIZES: Units = [
  ['bytes', 1],
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
];

export const TIMES: Units = [
  ['hours', 1],
  ['days', 24],
  ['weeks', 24 * 7],
];

/** In the largest unit that leaves a whole number, so that it comes back as it was. */
export function amountText(value: number, units: Units): string {
  const fits = units.filter(([, factor]) => value > 0 && value % factor === 0).at(-1);
  const [unit, factor] = fits ?? units[0] ?? ['', 1];
  return `${value / factor} ${unit}`;
}

/** NaN for what is no amount. */
export function amountOf(text: string, units: Units): number {
  const [number, unit] = amountParts(text);
  const factor = units.find(([name]) => name === unit)?.[1] ?? Number.NaN;
  return /^\d+(\.\d+)?$/.test(number) ? Math.round(Number(number) * factor) : Number.NaN;
}

export function amountParts(text: string): [number: string, unit: string] {
  const at = text.lastIndexOf(' ');
  return [text.slice(0, at).trim(), text.slice(at + 1)];
}
