/** Investigation over HTTP: the portal's stream, and CTR's inspect and enrich calls. */
import {
  deliberate,
  enrichHealth,
  enrichHealthOf,
  enrichSettings,
  Fault,
  fail,
  inspect,
  investigate,
  type ModuleHealth,
  observe,
  refer,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { inspect as found, type Observable, observableKey, observablesOf } from '@sightline/ctim';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import type { Target, Targets } from '../module/kind.ts';
import { enriched, idsOf } from './enrich.ts';
import { type Lanes, lanes } from './lanes.ts';
import { type Asking, type RunDeps, run } from './run.ts';
import { ndjson } from './stream.ts';

export interface InvestigateDeps extends Pick<Deps, 'clock' | 'log'> {
  targets: Targets;
  /** Milliseconds for one module and for all together; 15000 and 30000 when left out. */
  moduleMs?: number;
  wholeMs?: number;
}

/** Observables that one investigation asks about. */
const MOST = 500;

export function investigateRoutes(on: Mount<Caller>, deps: InvestigateDeps): void {
  const places = lanes();
  const forRun = (signal: AbortSignal): RunDeps => runDeps(deps, places, signal);

  on(investigate, async ({ caller, body }) => {
    const observables = askedAbout(body);
    const targets = observables.length > 0 ? await deps.targets(caller.orgId, body.modules) : [];
    return ndjson((signal) => run(observables, targets.map(observing), forRun(signal)));
  });
  on(inspect, ({ body }) => observablesOf(found(body.content)));
  on(observe, async ({ caller, query, body, c }) => {
    const targets = await deps.targets(caller.orgId, idsOf(query.mids));
    const lines = run(distinct(body), targets.map(observing), forRun(c.req.raw.signal));
    return enriched(lines, typesOf(targets));
  });
  on(deliberate, async ({ caller, query, body, c }) => {
    const targets = await deps.targets(caller.orgId, idsOf(query.mids));
    const lines = run(distinct(body), targets.map(deliberating), forRun(c.req.raw.signal));
    return enriched(lines, typesOf(targets));
  });
  on(refer, () => ({ data: [] }));
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

const noModule = (): Fault => {
  const fault = fail('not_found', { what: 'module' });
  const wire = { error: 'module_instance_not_found', error_description: fault.message };
  return fail('not_found', fault.details, { wire });
};

const runDeps = (deps: InvestigateDeps, places: Lanes, signal: AbortSignal): RunDeps => ({
  lanes: places,
  clock: deps.clock,
  log: deps.log,
  signal,
  ...(deps.moduleMs === undefined ? {} : { moduleMs: deps.moduleMs }),
  ...(deps.wholeMs === undefined ? {} : { wholeMs: deps.wholeMs }),
});

const observing = (target: Target): Asking => ({ ref: target.ref, ask: target.observe });

/** Verdicts and nothing else, whatever the module adds. */
function deliberating({ ref, deliberate }: Target): Asking {
  if (!deliberate) return { ref };
  return {
    ref,
    async ask(observables, limits) {
      const { entities, errors } = await deliberate(observables, limits);
      return { entities: { verdicts: entities.verdicts ?? [] }, errors };
    },
  };
}

const typesOf =
  (targets: readonly Target[]) =>
  (id: string): string =>
    targets.find((target) => target.ref.module_instance_id === id)?.moduleType ?? '';

async function health(target: Target): Promise<ModuleHealth> {
  const { status, text } = await target.health();
  return { ...target.ref, data: { status, text } };
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

function distinct(observables: readonly Observable[]): Observable[] {
  return [...new Map(observables.map((o) => [observableKey(o), o])).values()];
}
