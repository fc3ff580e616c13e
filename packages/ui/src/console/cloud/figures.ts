/** Figures of the connector for people. */

/** `12 ms`, `1.4 s`; what is faster than a millisecond is `<1 ms`. */
export function msText(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 1 ? '<1 ms' : `${Math.round(ms)} ms`;
}

/** Clock of the exchange minus ours as a sentence; a second is less than what a round trip lets us know. */
export function clockText(skewMs: number): string {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (seconds < 1) return 'right to the second';
  const way = skewMs > 0 ? 'behind' : 'ahead of';
  return seconds < 120
    ? `${seconds} s ${way} the exchange`
    : `${Math.round(seconds / 60)} minutes ${way} the exchange`;
}
