/** A report that fits on paper: long lists end early, and say so. Pure. */
import type { ReportContent } from '@sightline/api';
import type { Report } from './gather.ts';

/** Rows of one table. */
const MOST = 500;
const NAMES = {
  question: 'observables of the question',
  campaigns: 'campaigns',
  verdicts: 'verdicts',
  targets: 'targets',
  actions: 'actions',
  timeline: 'hours of the timeline',
  observables: 'observables',
} as const;
type Long = keyof typeof NAMES;

export function limited(r: Report): ReportContent {
  const names = Object.keys(NAMES) as Long[];
  const cut = Object.fromEntries(names.map((name) => [name, r[name].slice(0, MOST)]));
  const notes = names
    .filter((name) => r[name].length > MOST)
    .map((name) => `Only the first ${MOST} of ${r[name].length} ${NAMES[name]} are in this file.`);
  return { ...r, ...cut, notes } as ReportContent;
}
