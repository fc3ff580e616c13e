/** One verdict out of those of all modules. Pure. */
import type { Enriched } from '@sightline/api';
import { type Disposition, isoTime, type Observable, observableKey, type Verdict } from '@sightline/ctim';

/** The gravest first; what somebody knows comes before what nobody does. */
const ORDER: readonly Disposition[] = [2, 3, 1, 4, 5];

/** The gravest verdict on an observable; of equals the one that holds longest ago. Unknown when there is none. */
export function gravest(observable: Observable, data: Enriched['data'], now: number): Verdict {
  const key = observableKey(observable);
  const all = data.flatMap((module) => module.data.verdicts?.docs ?? []);
  const [first] = all
    .filter((verdict) => observableKey(verdict.observable) === key)
    .sort(
      (a, b) =>
        ORDER.indexOf(a.disposition) - ORDER.indexOf(b.disposition) ||
        String(a.valid_time.start_time).localeCompare(String(b.valid_time.start_time)),
    );
  return first ?? unknown(observable, now);
}

const unknown = (observable: Observable, now: number): Verdict => ({
  type: 'verdict',
  disposition: 5,
  disposition_name: 'Unknown',
  observable,
  valid_time: { start_time: isoTime(now), end_time: '2525-01-01T00:00:00.000Z' },
});
