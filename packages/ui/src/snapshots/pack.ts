/** From what is on the page to what is kept, and back. Pure. */
import type { SnapshotRun, SnapshotView } from '@sightline/api';
import type { Arrangement } from '../investigate/arranged.ts';
import type { Point } from '../investigate/plane.ts';
import type { Picks } from '../investigate/sift.ts';
import type { Run } from '../investigate/stream.ts';

export const packRun = ({ started, ms, observables, expanded, modules }: Run): SnapshotRun => ({
  started,
  ms: ms ?? 0,
  observables,
  expanded: [...expanded],
  modules: modules.map(({ ref, state, ms: took, data, errors }) => ({
    ref,
    state: state === 'running' ? 'stopped' : state,
    ...(took === undefined ? {} : { ms: took }),
    data,
    errors,
  })),
});

export const unpackRun = (run: SnapshotRun): Run => ({ ...run, phase: 'done' });

const packPicks = ({ picked, how }: Picks) => ({ picked: [...picked], how });

export const packView = (
  { grouping, loose, sift }: Arrangement,
  positions: ReadonlyMap<string, Point>,
): SnapshotView => ({
  grouping: grouping ?? null,
  loose: [...loose],
  types: packPicks(sift.types),
  verbs: packPicks(sift.verbs),
  away: [...sift.away],
  folded: [...sift.folded],
  positions: Object.fromEntries([...positions].map(([id, { x, y }]) => [id, [x, y]])),
});

export const unpackView = (
  view: SnapshotView,
): { arrangement: Arrangement; positions: Map<string, Point> } => ({
  arrangement: {
    ...(view.grouping === null ? {} : { grouping: view.grouping }),
    loose: new Set(view.loose),
    sift: {
      types: { picked: new Set(view.types.picked), how: view.types.how },
      verbs: { picked: new Set(view.verbs.picked), how: view.verbs.how },
      away: new Set(view.away),
      folded: new Set(view.folded),
    },
  },
  positions: new Map(Object.entries(view.positions).map(([id, [x, y]]) => [id, { x, y }])),
});
