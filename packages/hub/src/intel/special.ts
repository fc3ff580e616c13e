/** What CTIA offers for single kinds: casebooks, incidents, histories, observables, and the store itself. */
import {
  averageIncidents,
  changeCasebookBundle,
  changeCasebookObservables,
  changeCasebookTexts,
  type Endpoint,
  eventHistory,
  Fault,
  judgedIndicators,
  judgementsOf,
  linkIncident,
  listCpeMatchStrings,
  PLATFORM,
  setIncidentStatus,
  sightedIncidents,
  sightedIndicators,
  sightingsOf,
  storeMetrics,
  storeProperties,
  storeStatus,
  storeVersion,
  verdictOf,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { ENTITIES, type Entity, isoTime, SCHEMA_VERSION } from '@sightline/ctim';
import type { Caller } from '../http.ts';
import { type Operation, operated, operatedBundle } from './casebook.ts';
import { all, any, valueIs } from './condition.ts';
import { change, create, type IntelDeps, inTransaction, read, readAny, shown } from './entities.ts';
import { buckets } from './event.ts';
import { notThere, refusal } from './fault.ts';
import { countEntities, findEntities } from './find.ts';
import { advanced, type Intervals } from './incident.ts';
import { average } from './metric.ts';
import { judgementsOn, linkedTo, sightingsWith, verdictOn } from './observable.ts';
import { type Answering, listed, mount, type Request } from './routes.ts';
import { groundOf, pageHeaders, pageOf } from './search.ts';
import { countKinds, type Doc } from './store.ts';
import { ownId } from './wire.ts';

const CASEBOOK = ENTITIES.casebook as unknown as Entity;
const INCIDENT = ENTITIES.incident as unknown as Entity;
const EVENT = ENTITIES.event as unknown as Entity;
const RELATIONSHIP = ENTITIES.relationship as unknown as Entity;
const VULNERABILITY = ENTITIES.vulnerability as unknown as Entity;

export function specialRoutes(on: Mount<Caller>, deps: IntelDeps): void {
  casebookRoutes(on, deps);
  incidentRoutes(on, deps);
  observableRoutes(on, deps);
  storeRoutes(on, deps);
}

function casebookRoutes(on: Mount<Caller>, deps: IntelDeps): void {
  const changing = (make: (before: Doc, body: Doc) => Doc): Answering => {
    return async ({ caller, params, body }) => {
      const kept = await inTransaction(deps, (tx) =>
        change(tx, caller, CASEBOOK, String(params.id), ({ doc }) => ({ ...doc, ...make(doc, body) })),
      ).catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'not_found')
          throw notThere('casebook', { error: 'casebook not found' });
        throw error;
      });
      return shown(deps, kept);
    };
  };
  const listOf = (name: string): Answering =>
    changing((before, body) => ({
      [name]: operated(body.operation as Operation, [before[name] ?? []].flat(), [body[name] ?? []].flat()),
    }));
  mount(on, changeCasebookObservables, listOf('observables'));
  mount(on, changeCasebookTexts, listOf('texts'));
  const bundled = changing((before, { operation, bundle }) => ({
    bundle: operatedBundle(operation as Operation, (before.bundle ?? {}) as Doc, bundle as Doc),
  }));
  mount(on, changeCasebookBundle, bundled);
}

function incidentRoutes(on: Mount<Caller>, deps: IntelDeps): void {
  const setStatus: Answering = async ({ caller, params, body }) => {
    const kept = await inTransaction(deps, (tx) =>
      change(tx, caller, INCIDENT, String(params.id), ({ doc, created }, now) => {
        const life = { ...doc, created: isoTime(created), intervals: doc.intervals as Intervals | undefined };
        return { ...doc, ...advanced(life as never, body.status as never, now) };
      }),
    );
    return shown(deps, kept);
  };
  mount(on, setIncidentStatus, setStatus);
  mount(on, PLATFORM.setIncidentStatus as Endpoint, setStatus);
  mount(on, linkIncident, (given) => link(deps, given));
  mount(on, averageIncidents, ({ caller, query }) => average(deps, INCIDENT, { caller, query }));
}

/** A relationship `related-to` from a casebook or a kept investigation to the incident. */
async function link(deps: IntelDeps, { caller, params, body, c }: Request) {
  const made = await inTransaction(deps, async (tx) => {
    const incident = await read(tx.tx, deps, caller, INCIDENT, String(params.id));
    const type = body.casebook_id === undefined ? 'investigation' : 'casebook';
    const source = await readAny(tx.tx, deps, caller, String(body.casebook_id ?? body.investigation_id));
    if (source?.type !== type)
      throw refusal(`there is no ${type} of this id`, { error: `Invalid ${type}_id` });
    return create(tx, caller, RELATIONSHIP, {
      relationship_type: 'related-to',
      source_ref: source.id,
      target_ref: incident.id,
      tlp: body.tlp ?? 'amber',
    });
  });
  const doc = shown(deps, made);
  return c.json(doc, 201, { Location: String(doc.id) });
}

function observableRoutes(on: Mount<Caller>, deps: IntelDeps): void {
  const asked = ({ params }: Request) => ({
    type: String(params.observable_type).toLowerCase(),
    value: String(params.observable_value),
  });
  mount(on, verdictOf, async (given) => {
    const verdict = await verdictOn(deps, given.caller, asked(given));
    if (verdict) return verdict;
    const message = 'no verdict currently available for the supplied observable';
    throw notThere('verdict', { message });
  });
  mount(on, judgementsOf, async (given) =>
    judgementsOn(deps, given.caller, asked(given), given.query, given.c),
  );
  mount(on, sightingsOf, async (given) =>
    sightingsWith(deps, given.caller, asked(given), given.query, given.c),
  );
  const links = (kind: 'judgement' | 'sighting', to: string): Answering => {
    return async (given) => linkedTo(deps, given.caller, asked(given), kind, to);
  };
  mount(on, judgedIndicators, links('judgement', 'indicator'));
  mount(on, sightedIndicators, links('sighting', 'indicator'));
  mount(on, sightedIncidents, links('sighting', 'incident'));
}

function storeRoutes(on: Mount<Caller>, deps: IntelDeps): void {
  mount(on, eventHistory, ({ caller, params, query, c }) =>
    history(deps, caller, String(params.id), query, c),
  );
  mount(on, listCpeMatchStrings, async ({ caller, query, c }) => {
    const on = groundOf(deps, deps.db, caller.orgId, VULNERABILITY);
    const names = [query.cpe23_match_strings ?? []].flat().map(String);
    const fields = [
      'configurations.nodes.cpe_match.cpe23Uri',
      'configurations.nodes.children.cpe_match.cpe23Uri',
    ];
    const condition = names.length === 0 ? all([]) : any(fields.map((field) => valueIs(field, names, on)));
    return listed(deps, caller, VULNERABILITY, condition, query, c);
  });
  mount(on, storeVersion, async () => ({
    base: '/ctia',
    'ctim-version': SCHEMA_VERSION,
    beta: true,
    'ctia-build': 'sightline',
    'ctia-config': 'sightline',
    'ctia-supported_features': [],
  }));
  mount(on, storeStatus, async () => ({ status: 'ok' }));
  mount(on, storeProperties, async () => ({
    'ctia.access-control.default-tlp': 'amber',
    'ctia.access-control.max-record-visibility': 'group',
    'ctim-version': SCHEMA_VERSION,
  }));
  mount(on, storeMetrics, ({ caller }) => countKinds(deps.db, caller.orgId));
}

async function history(deps: IntelDeps, caller: Caller, id: string, query: Doc, c: Request['c']) {
  const own = ownId(id, deps.publicUrl());
  if (own === undefined) throw notThere('entity');
  const condition = valueIs('entity.id', [own], groundOf(deps, deps.db, caller.orgId, EVENT));
  const page = { ...pageOf(query), sort: [{ field: 'timestamp', desc: true }], few: true };
  const found = await findEntities(deps.db, caller, EVENT, condition, page);
  const total = await countEntities(deps.db, caller, EVENT, condition, true);
  for (const [name, value] of Object.entries(pageHeaders(page, found, total))) c.header(name, value);
  return buckets(found.map(({ kept }) => shown(deps, kept)));
}
