/** The intel store beyond reading and writing one entity: what CTIA adds to single kinds, bundles, feeds, exchange. */
import {
  Casebook,
  ENTITIES,
  type Entity,
  type EntityName,
  Event,
  Incident,
  IncidentStatus,
  Judgement,
  NewBundle,
  Observable,
  Relationship,
  Sighting,
  Text,
  Tlp,
  Verdict,
} from '@sightline/ctim';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import {
  byId,
  Count,
  Metric,
  many,
  metricQuery,
  number,
  one,
  paging,
  shapeOf,
  Waiting,
  WINDOW,
} from './intel.ts';

export const READ = 'private-intel:read';
export const Many = z.record(z.string(), z.unknown());

const casebookOperation = <S extends z.ZodRawShape>(name: string, shape: S) =>
  endpoint({
    method: 'POST',
    path: `/ctia/casebook/:id/${name}`,
    summary: `Add, remove or replace ${name} of a casebook`,
    tag: 'casebook',
    permission: 'private-intel/casebook:write',
    params: byId,
    query: Waiting,
    body: z.object({ operation: z.enum(['add', 'remove', 'replace']), ...shape }),
    answer: Casebook,
  });

export const changeCasebookObservables = casebookOperation('observables', {
  observables: z.array(Observable).max(10_000),
});
export const changeCasebookTexts = casebookOperation('texts', { texts: z.array(Text).max(1000) });
export const changeCasebookBundle = casebookOperation('bundle', { bundle: NewBundle });

export const setIncidentStatus = endpoint({
  method: 'POST',
  path: '/ctia/incident/:id/status',
  summary: 'Set the status of an incident; the times of its life follow',
  tag: 'incident',
  permission: 'private-intel/incident:write',
  params: byId,
  query: Waiting,
  body: z.object({ status: IncidentStatus }),
  answer: Incident,
});

export const linkIncident = endpoint({
  method: 'POST',
  path: '/ctia/incident/:id/link',
  summary: 'Relate a casebook or an investigation to an incident',
  tag: 'incident',
  permission: 'private-intel/incident:write',
  params: byId,
  query: Waiting,
  body: z
    .object({ casebook_id: one, investigation_id: one, tlp: Tlp.optional() })
    .refine(
      (b) => (b.casebook_id === undefined) !== (b.investigation_id === undefined),
      'Give either casebook_id or investigation_id.',
    ),
  answer: Relationship,
});

export const averageIncidents = endpoint({
  method: 'GET',
  path: '/ctia/incident/metric/average',
  summary: 'Average seconds between two states of incidents',
  tag: 'incident',
  permission: 'private-intel/incident:read',
  query: z.object({
    ...shapeOf(ENTITIES.incident as unknown as Entity),
    ...metricQuery,
    'aggregate-on': z.enum([
      'intervals.new_to_opened',
      'intervals.opened_to_closed',
      'intervals.new_to_contained',
    ]),
  }),
  answer: Metric,
});

export const eventHistory = endpoint({
  method: 'GET',
  path: '/ctia/event/history/:id',
  summary: 'What happened to one entity, in groups of what one person did at once',
  tag: 'event',
  permission: 'private-intel/event:read',
  params: byId,
  query: z.object(paging),
  answer: z.array(
    z.object({ count: Count, from: z.string(), to: z.string(), owner: z.string(), events: z.array(Event) }),
  ),
});

const byObservable = z.object({
  observable_type: z.string().max(64),
  observable_value: z.string().min(1).max(8192),
});
const ofObservable = <A extends z.ZodType>(rest: string, summary: string, kind: EntityName, answer: A) =>
  endpoint({
    method: 'GET',
    path: `/ctia/:observable_type/:observable_value/${rest}`,
    summary,
    tag: 'observable',
    permission: `private-intel/${kind}:read`,
    params: byObservable,
    query: z.object(paging),
    answer,
  });
const Ids = z.array(z.string());

export const verdictOf = ofObservable('verdict', 'The verdict on an observable', 'judgement', Verdict);
export const judgementsOf = ofObservable(
  'judgements',
  'Judgements on an observable that are good now',
  'judgement',
  z.array(Judgement),
);
export const sightingsOf = ofObservable(
  'sightings',
  'Sightings of an observable',
  'sighting',
  z.array(Sighting),
);
export const judgedIndicators = ofObservable(
  'judgements/indicators',
  'Ids of the indicators that judgements on an observable belong to',
  'judgement',
  Ids,
);
export const sightedIndicators = ofObservable(
  'sightings/indicators',
  'Ids of the indicators that sightings of an observable belong to',
  'sighting',
  Ids,
);
export const sightedIncidents = ofObservable(
  'sightings/incidents',
  'Ids of the incidents that sightings of an observable belong to',
  'sighting',
  Ids,
);

const Secret = z.object({ s: z.string().max(128).default('') });
const feedView = <M extends 'text/csv' | 'text/plain' | undefined>(end: string, summary: string, media: M) =>
  endpoint({
    method: 'GET',
    path: `/ctia/feed/:id/${end}`,
    summary,
    tag: 'feed',
    permission: 'public',
    params: byId,
    query: Secret.extend({ limit: number(WINDOW).optional(), search_after: many }),
    ...(media ? { media } : {}),
    answer: media
      ? z.string()
      : z.object({ observables: z.array(Observable).optional(), judgements: z.array(Judgement).optional() }),
  });

export const viewFeed = feedView('view', 'What a feed says now; needs its secret', undefined);
export const viewFeedText = feedView(
  'view.txt',
  'The values of a feed, one a line; needs its secret',
  'text/plain',
);
export const viewFeedCsv = feedView('view.csv', 'A feed as CSV; needs its secret', 'text/csv');

export const listCpeMatchStrings = endpoint({
  method: 'GET',
  path: '/ctia/vulnerability/cpe_match_strings',
  summary: 'Vulnerabilities by the products that they name (CPE 2.3)',
  tag: 'vulnerability',
  permission: 'private-intel/vulnerability:read',
  query: z.object({ cpe23_match_strings: many, ...paging }),
  answer: z.array(ENTITIES.vulnerability.schema),
});

export const storeVersion = endpoint({
  method: 'GET',
  path: '/ctia/version',
  summary: 'Versions of the store and of the data model',
  tag: 'store',
  permission: 'public',
  answer: Many,
});

export const storeStatus = endpoint({
  method: 'GET',
  path: '/ctia/status',
  summary: 'Whether the store answers',
  tag: 'store',
  permission: READ,
  answer: z.object({ status: z.literal('ok') }),
});

export const storeProperties = endpoint({
  method: 'GET',
  path: '/ctia/properties',
  summary: 'Settings of the store',
  tag: 'store',
  permission: 'developer/properties:read',
  answer: Many,
});

export const storeMetrics = endpoint({
  method: 'GET',
  path: '/ctia/metrics',
  summary: 'How many entities of each kind there are',
  tag: 'store',
  permission: READ,
  answer: Many,
});
