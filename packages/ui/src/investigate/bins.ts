/** Sightings over time as bars. Pure. */
import type { SightingRow } from './facts.ts';

export interface Bins {
  /** Width of a bar, milliseconds. */
  width: number;
  /** Start of each bar, epoch milliseconds. */
  starts: number[];
  /** Seen in our own environment, and elsewhere. */
  internal: number[];
  global: number[];
}

/** `5 minutes`, `6 hours`, `1 day`: the width of a bar in words. */
export function widthName(ms: number): string {
  const [n, unit] =
    ms >= DAY
      ? [ms / DAY, 'day']
      : ms >= 60 * MINUTE
        ? [ms / (60 * MINUTE), 'hour']
        : [ms / MINUTE, 'minute'];
  return `${n} ${unit}${n === 1 ? '' : 's'}`;
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const WIDTHS = [1, 5, 15, 30, 60, 180, 360, 720]
  .map((m) => m * MINUTE)
  .concat([DAY, 2 * DAY, 7 * DAY, 30 * DAY]);
const MOST = 64;
const LEAST = 12;

const widthFor = (span: number): number =>
  WIDTHS.find((w) => span / w < MOST - 2) ?? Math.ceil(span / MOST / DAY) * DAY;

/** Bars that cover all sightings: at most 64 of a round width, at least 12. */
export function bins(rows: SightingRow[]): Bins {
  if (rows.length === 0) return { width: DAY, starts: [], internal: [], global: [] };
  const times = rows.map((row) => row.at);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const width = from === to ? 60 * MINUTE : widthFor(to - from);
  const needed = Math.floor(to / width) - Math.floor(from / width) + 1;
  const pad = Math.max(1, Math.ceil((LEAST - needed) / 2));
  const first = (Math.floor(from / width) - pad) * width;
  const starts = Array.from({ length: needed + 2 * pad }, (_, i) => first + i * width);
  const internal = starts.map(() => 0);
  const global = starts.map(() => 0);
  for (const { at, sighting } of rows) {
    const i = Math.floor((at - first) / width);
    const series = sighting.internal === false ? global : internal;
    series[i] = (series[i] ?? 0) + 1;
  }
  return { width, starts, internal, global };
}

/** A brushed range, widened to whole bars. */
export function snapped([from, to]: [number, number], { width }: Bins): [number, number] {
  return [Math.floor(from / width) * width, Math.max(Math.ceil(to / width) * width, from + width)];
}
