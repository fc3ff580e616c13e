/** Whether a device's version is new enough: numbers between dots and dashes, compared one by one. */

/** Lowest version of each product: `sightline`, or by type (`ESA`, `SMA`) for AsyncOS. */
export type MinimumVersions = Readonly<Record<string, string>>;

/** ESA and SMA: the first AsyncOS releases with the integration. */
export const MINIMUM_VERSIONS: MinimumVersions = { sightline: '0.1.0', ESA: '13.0.0', SMA: '12.5' };

/** The minimum that these facts fall short of; undefined when the device is new enough. */
export function tooOld(
  facts: { product: string; type: string; version: string },
  minimums: MinimumVersions,
): string | undefined {
  const own = facts.product.toLowerCase().startsWith('sightline');
  const minimum = minimums[own ? 'sightline' : facts.type];
  return minimum !== undefined && compareVersions(facts.version, minimum) < 0 ? minimum : undefined;
}

/** < 0, 0 or > 0; a part that is missing or is no number counts as 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const numbers = (version: string): number[] =>
  version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
