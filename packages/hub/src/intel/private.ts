/** Private Intelligence as a module: what the organisation's own store knows of an observable, in investigations. */
import type { ModuleType } from '@sightline/api';
import type { Observable, Verdict } from '@sightline/ctim';
import type { Found, Instance, Kind, Limits } from '../module/kind.ts';
import { steps, tile } from '../module/web.ts';
import { type IntelDeps, readAny, shown } from './entities.ts';
import type { Viewer } from './find.ts';
import { known, relationsFrom, verdictOn } from './observable.ts';
import { countKinds, type Doc } from './store.ts';

/** What CTR's own module of this name has. */
const ID = '2c8b4134-c521-5be5-aaf8-af06e5e27cbb';

export const PRIVATE_INTELLIGENCE: ModuleType = {
  id: ID,
  title: 'Private Intelligence',
  default_name: 'Private Intelligence',
  short_description:
    'What your organisation has judged and seen itself: judgements, sightings and indicators.',
  description: [
    'The intel store keeps judgements, sightings, indicators, incidents and casebooks of your organisation. This module asks it in every investigation.',
    'Verdicts follow the judgement of the highest priority that is good now. Red entities are left out: an investigation is seen by everyone who opens it.',
  ].join('\n\n'),
  tips: steps(
    'Choose Save. The module needs no settings.',
    'Under Intelligence, add a judgement on an observable, or import a list.',
    'Investigate the observable: the verdict comes from this module.',
  ),
  configuration_spec: [],
  capabilities: [
    { id: 'health', description: 'Counts what the store holds.' },
    { id: 'deliberate', description: 'Gives verdicts from the judgements of your organisation.' },
    { id: 'observe', description: 'Finds sightings, judgements and indicators of your organisation.' },
  ],
  external_references: [],
  properties: {},
  flags: [],
  logo: tile('PI', 150),
  visibility: 'global',
};

/** Entities of one kind for one observable, as CTR's modules have it. */
const EACH = 100;
/** Observables of one question. */
const MOST = 500;

/** Nobody's: red entities are not in it. */
const viewerOf = ({ orgId }: Instance): Viewer => ({ orgId, userId: '', name: '' });

export const privateKind = (deps: IntelDeps): Kind => ({
  type: PRIVATE_INTELLIGENCE,
  observe: (instance, observables, limits) => observe(deps, instance, observables, limits),
  deliberate: async (instance, observables, limits) => ({
    entities: { verdicts: await verdicts(deps, instance, observables, limits) },
    errors: [],
  }),
  async health({ orgId }) {
    const counts = await countKinds(deps.db, orgId);
    const { judgement = 0, sighting = 0, indicator = 0 } = counts;
    return {
      text: `The store answers: ${judgement} judgements, ${sighting} sightings, ${indicator} indicators.`,
    };
  },
});

async function verdicts(
  deps: IntelDeps,
  instance: Instance,
  observables: readonly Observable[],
  { signal }: Limits,
): Promise<Verdict[]> {
  const found: Verdict[] = [];
  for (const observable of observables.slice(0, MOST)) {
    signal.throwIfAborted();
    const verdict = await verdictOn(deps, viewerOf(instance), observable);
    if (verdict) found.push({ ...verdict, observable });
  }
  return found;
}

async function observe(
  deps: IntelDeps,
  instance: Instance,
  observables: readonly Observable[],
  limits: Limits,
): Promise<Found> {
  const viewer = viewerOf(instance);
  const judgements = new Map<string, Doc>();
  const sightings = new Map<string, Doc>();
  for (const observable of observables.slice(0, MOST)) {
    limits.signal.throwIfAborted();
    const all = await known(deps, viewer, observable, EACH);
    for (const doc of all.judgements) judgements.set(String(doc.id), doc);
    for (const doc of all.sightings) sightings.set(String(doc.id), doc);
  }
  const relationships = await relationsFrom(deps, viewer, [...judgements.keys(), ...sightings.keys()]);
  return {
    entities: {
      verdicts: await verdicts(deps, instance, observables, limits),
      judgements: [...judgements.values()],
      sightings: [...sightings.values()],
      indicators: await indicators(deps, viewer, relationships),
      relationships,
    },
    errors: [],
  };
}

async function indicators(deps: IntelDeps, viewer: Viewer, relationships: readonly Doc[]): Promise<Doc[]> {
  const found: Doc[] = [];
  for (const id of new Set(relationships.map(({ target_ref }) => String(target_ref)))) {
    const kept = await readAny(deps.db, deps, viewer, id);
    if (kept?.type === 'indicator') found.push(shown(deps, kept));
  }
  return found;
}
