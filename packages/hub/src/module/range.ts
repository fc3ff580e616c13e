/** The time that a question to a module is about. Pure. */
import type { Instance, Limits } from './kind.ts';

const DAY_MS = 86_400_000;
/** How far an appliance's clock may be ahead of ours without its newest mail being missed. */
const SKEW_MS = 5 * 60_000;

/** The time that was asked about, else the request timeframe of the module. */
export function rangeOf(
  { settings }: Instance,
  { window }: Limits,
  now: number,
): { from: number; to: number } {
  const to = window?.to ?? now + SKEW_MS;
  const from = window?.from ?? Math.min(to, now) - Number(settings.timeframe_days) * DAY_MS;
  return { from: Math.max(0, Math.min(from, to)), to: Math.max(0, to) };
}
