/** How a processing step and a state are marked: never by colour alone, the word is always there. */
import type { State } from '@sightline/api';

export type Tone = 'good' | 'warn' | 'bad' | 'calm';

const TONES: Record<State, Tone> = {
  processing: 'calm',
  queued: 'calm',
  deferred: 'warn',
  delivered: 'good',
  bounced: 'bad',
  quarantined: 'warn',
  held: 'warn',
  released: 'good',
  dropped: 'bad',
  rejected: 'bad',
  aborted: 'bad',
};

export const stateTone = (state: State): Tone => TONES[state];

/** Steps that are not a state (`accepted`, `attachment`, …) are calm. */
export const stepTone = (type: string): Tone => (Object.hasOwn(TONES, type) ? TONES[type as State] : 'calm');

/** Time between a step and the one before, e.g. `+0.12 s`, `+2 min`; '' when it was at once. */
export function gap(before: number | undefined, at: number): string {
  const ms = before === undefined ? 0 : at - before;
  if (ms < 1) return '';
  if (ms < 1000) return `+${ms} ms`;
  if (ms < 60_000) return `+${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
  if (ms < 3_600_000) return `+${Math.round(ms / 60_000)} min`;
  return `+${(ms / 3_600_000).toFixed(1)} h`;
}

/** `48.2 KB` in powers of ten, as mail programs count. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(n) / 3), units.length);
  return `${(n / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}

/** More will happen to a message in this state by itself. */
export const isUnderWay = (state: State): boolean =>
  ['processing', 'queued', 'deferred', 'held'].includes(state);
