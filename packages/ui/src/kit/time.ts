/** Times as people read them. Everything is kept in UTC; the zone is a matter of showing. */

export type Zone = 'utc' | 'local';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];
const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** `9 hours ago`, `in 2 days`; below ten seconds `just now`. */
export function relative(at: number, now: number): string {
  const ms = at - now;
  if (Math.abs(ms) < 10_000) return 'just now';
  const [unit, size] = UNITS.find(([, s]) => Math.abs(ms) >= s) ?? ['second', 1000];
  return relativeFormat.format(Math.trunc(ms / size), unit);
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `2020-05-14 13:23:57`, in UTC or in the time of this computer. */
export function absolute(at: number, zone: Zone): string {
  const d = new Date(zone === 'utc' ? at : at - new Date(at).getTimezoneOffset() * 60_000);
  const date = `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
  return `${date} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}

/** `UTC` or the offset of this computer at that time, `UTC+02:00`. */
export function zoneName(at: number, zone: Zone): string {
  const minutes = zone === 'utc' ? 0 : -new Date(at).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const sign = minutes < 0 ? '-' : '+';
  return `UTC${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** `1.4 s`, `320 ms`, `2 min 5 s` */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
