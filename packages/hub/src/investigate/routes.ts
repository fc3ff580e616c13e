/** Investigation over HTTP: the portal's stream, and CTR's inspect and enrich calls. */
import {
  type AskedSighting,
  deliberate,
  deliberateSighting,
  deliberateSightingRef,
  enrichHealth,
  enrichHealthOf,
  enrichSettings,
  Fault,
  fail,
  inspect,
  investigate,
  type ModuleHealth,
  observe,
  observeSighting,
  observeSightingRef,
  observeTargets,
  refer,
  referSighting,
  referSightingRef,
  reputation,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { inspect as found, type Observable, observableKey, observablesOf } from '@sightline/ctim';
import type { Context } from 'hono';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import type { Limits, Ref, Target, Targets } from '../module/kind.ts';
import type { CallDeps } from './call.ts';
import { enriched, idsOf } from './enrich.ts';
import { enveloped, gather, type Listing } from './gather.ts';
import type { Lanes } from './lanes.ts';
import { gravest } from './reputation.ts';
import { type Asking, run } from './run.ts';
import { ndjson } from './stream.ts';

export interface InvestigateDeps extends Pick<Deps, 'clock' | 'log'> {
  targets: Targets;
  lanes: Lanes;
  /** A sighting of the intelligence store that this caller may see, by its id. */
  sightingOf(caller: Caller, id: string): Promise<AskedSighting | undefined>;
  /** Milliseconds for one module and for all together; 15000 and 30000 when left out. */
  moduleMs?: number;
  wholeMs?: number;
}

/** Observables that one investigation asks about. */
const MOST = 500;

/** What every enrich call has in common. */
interface Enriching {
  caller: Caller;
  query: { mids?: string | string[] | undefined };
  c: Context;
}
type Kind = (target: Target) => Asking;

export function investigateRoutes(on: Mount<Caller>, deps: InvestigateDeps): void {
  on(investigate, async ({ caller, body }) => {
    const observables = askedAbout(body);
    const targets = observables.length > 0 ? await deps.targets(caller.orgId, body.modules) : [];
    return ndjson((signal) =>
      run(observables, targets.map(observing), callDeps(deps, signal, windowOf(body))),
    );
  });
  on(inspect, ({ body }) => observablesOf(found(body.content)));
  enrichRoutes(on, deps);
  referRoutes(on, deps);
  on(enrichSettings, () => ({}));
  on(enrichHealth, async ({ caller }) => {
    const targets = await deps.targets(caller.orgId);
    return { data: await Promise.all(targets.map(health)) };
  });
  on(enrichHealthOf, async ({ caller, params }) => {
    const [target] = await deps.targets(caller.orgId, [params.id]);
    if (!target) throw noModule();
    return { data: await health(target) };
  });
}

function enrichRoutes(on: Mount<Caller>, deps: InvestigateDeps): void {
  const ask = (given: Enriching, kind: Kind, observables: readonly Observable[], window?: Limits['window']) =>
    enrich(deps, given, { kind, observables: distinct(observables), window });
  on(observe, (given) => ask(given, observing, given.body));
  on(observeTargets, (given) => ask(given, observing, given.body.observables, windowOf(given.body)));
  on(observeSighting, (given) => ask(given, observing, observablesIn(given.body)));
  on(observeSightingRef, async (given) => ask(given, observing, await referred(deps, given)));
  on(deliberate, (given) => ask(given, deliberating, given.body));
  on(deliberateSighting, (given) => ask(given, deliberating, observablesIn(given.body)));
  on(deliberateSightingRef, async (given) => ask(given, deliberating, await referred(deps, given)));
  on(reputation, async ({ caller, query, c }) => {
    const observable = { type: query.type, value: query.value };
    const targets = await deps.targets(caller.orgId, idsOf(query.mids));
    const lines = run([observable], targets.map(deliberating), callDeps(deps, c.req.raw.signal));
    const { data, errors } = await enriched(lines, typesOf(targets));
    const answer = {
      reputation: gravest(observable, data, deps.clock()),
      data,
      ...(errors ? { errors } : {}),
    };
    return { data: answer, ...(errors ? { errors } : {}) };
  });
}

function referRoutes(on: Mount<Caller>, deps: InvestigateDeps): void {
  const ask = (given: Enriching, observables: readonly Observable[]) =>
    refs(deps, given, distinct(observables));
  on(refer, (given) => ask(given, given.body));
  on(referSighting, (given) => ask(given, observablesIn(given.body)));
  on(referSightingRef, async (given) => ask(given, await referred(deps, given)));
}

async function enrich(
  deps: InvestigateDeps,
  { caller, query, c }: Enriching,
  { kind, observables, window }: { kind: Kind; observables: Observable[]; window: Limits['window'] },
) {
  const targets = observables.length > 0 ? await deps.targets(caller.orgId, idsOf(query.mids)) : [];
  const lines = (signal: AbortSignal) => run(observables, targets.map(kind), callDeps(deps, signal, window));
  if (/^application\/x-ndjson\b/.test(c.req.header('accept') ?? '')) return ndjson(lines);
  return enriched(lines(c.req.raw.signal), typesOf(targets));
}

async function refs(deps: InvestigateDeps, { caller, query, c }: Enriching, observables: Observable[]) {
  const targets = await deps.targets(caller.orgId, idsOf(query.mids));
  const all = await gather(
    targets.map((target) => referring(target, observables)),
    callDeps(deps, c.req.raw.signal),
  );
  return enveloped(all, (item, ref) => ({ ...item, ...ref }));
}

const noModule = (): Fault => {
  const fault = fail('not_found', { what: 'module' });
  const wire = { error: 'module_instance_not_found', error_description: fault.message };
  return fail('not_found', fault.details, { wire });
};

const callDeps = (deps: InvestigateDeps, signal: AbortSignal, window?: Limits['window']): CallDeps => ({
  lanes: deps.lanes,
  clock: deps.clock,
  log: deps.log,
  signal,
  ...(window === undefined ? {} : { window }),
  ...(deps.moduleMs === undefined ? {} : { moduleMs: deps.moduleMs }),
  ...(deps.wholeMs === undefined ? {} : { wholeMs: deps.wholeMs }),
});

function windowOf({ start_time, end_time }: { start_time?: string; end_time?: string }): Limits['window'] {
  if (start_time === undefined && end_time === undefined) return undefined;
  const ms = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : Date.parse(text);
  return { from: ms(start_time), to: ms(end_time) };
}

const observing: Kind = ({ observe: ask, ...target }) => ({ ...target, ...(ask ? { ask } : {}) });

/** Verdicts and nothing else, whatever the module adds. */
const deliberating: Kind = ({ deliberate: ask, ...target }) => ({
  ...target,
  ...(ask
    ? {
        async ask(observables: readonly Observable[], limits: Limits) {
          const { entities, errors } = await ask(observables, limits);
          return { entities: { verdicts: entities.verdicts ?? [] }, errors };
        },
      }
    : {}),
});

const referring = ({ refer: ask, ...target }: Target, observables: readonly Observable[]): Listing<Ref> => ({
  ...target,
  ...(ask
    ? {
        async ask(limits: Limits) {
          const { refs: items, errors } = await ask(observables, limits);
          return { items, errors };
        },
      }
    : {}),
});

const typesOf =
  (targets: readonly Target[]) =>
  (id: string): string =>
    targets.find((target) => target.ref.module_instance_id === id)?.moduleType ?? '';

async function health(target: Target): Promise<ModuleHealth> {
  const { status, text, quotas } = await target.health();
  return { ...target.ref, data: { status, text, ...(quotas ? { quotas } : {}) } };
}

/** What an investigation asks about: what was chosen, else what the text holds. */
function askedAbout(body: { content?: string; observables?: Observable[] }): Observable[] {
  if (body.observables) return distinct(body.observables);
  if (!body.content?.trim()) throw problem('content', 'Enter what to look for.');
  const all = observablesOf(found(body.content));
  if (all.length <= MOST) return all;
  throw problem('content', `The text holds ${all.length} observables. Choose at most ${MOST} of them.`);
}

const problem = (path: string, message: string): Fault =>
  new Fault('invalid_input', {}, { fields: [{ path, message }] });

/** What a sighting was about, and whom it touched. */
export const observablesIn = ({ observables, targets }: AskedSighting): Observable[] =>
  distinct([...observables, ...targets.flatMap((target) => target.observables)]).slice(0, MOST);

/** @throws `not_found` */
async function referred(deps: InvestigateDeps, { caller, body }: { caller: Caller; body: string }) {
  const sighting = await deps.sightingOf(caller, body);
  if (!sighting) throw fail('not_found', { what: 'sighting' });
  return observablesIn(sighting);
}

export function distinct(observables: readonly Observable[]): Observable[] {
  return [...new Map(observables.map((o) => [observableKey(o), o])).values()];
}
