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
import { type Endpoint, endpoint } from './endpoint.ts';
import {
  byId,
  Count,
  INTEL,
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

const READ = 'private-intel:read';

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

const exportQuery = {
  related_to: many,
  source_type: many,
  target_type: many,
  include_related_entities: z.string().max(8).optional(),
};
const AnyBundle = z.looseObject({ type: z.literal('bundle'), source: z.string() });

export const exportBundle = endpoint({
  method: 'GET',
  path: '/ctia/bundle/export',
  summary: 'Entities by id with what they are related to, as a bundle',
  tag: 'bundle',
  permission: READ,
  query: z.object({ ids: many, ...exportQuery }),
  answer: AnyBundle,
});

export const exportBundleOf = endpoint({
  method: 'POST',
  path: '/ctia/bundle/export',
  summary: 'The same for many ids',
  tag: 'bundle',
  permission: READ,
  query: z.object(exportQuery),
  body: z.object({ ids: z.array(z.string().max(2200)).max(1000) }),
  answer: AnyBundle,
});

export const Imported = z.object({
  results: z.array(
    z.object({
      id: z.string().optional(),
      original_id: z.string().optional(),
      result: z.enum(['created', 'exists', 'error']),
      type: z.string(),
      external_ids: z.array(z.string()).optional(),
      error: z.string().optional(),
      msg: z.string().optional(),
    }),
  ),
});
export type Imported = z.infer<typeof Imported>;

export const importBundle = endpoint({
  method: 'POST',
  path: '/ctia/bundle/import',
  summary:
    'Take in the entities of a bundle; those whose external ids are known already are left as they are',
  tag: 'bundle',
  permission: 'private-intel/import-bundle:write',
  query: Waiting.extend({ external_key_prefixes: z.string().max(2048).optional() }),
  body: NewBundle,
  answer: Imported,
});

const Many = z.record(z.string(), z.unknown());

export const createBulk = endpoint({
  method: 'POST',
  path: '/ctia/bulk',
  summary: 'Add entities of several kinds, by plural',
  tag: 'bulk',
  permission: 'private-intel:write',
  query: Waiting,
  body: z.record(z.string().max(64), z.array(z.unknown())),
  answer: Many,
});

export const readBulk = endpoint({
  method: 'GET',
  path: '/ctia/bulk',
  summary: 'Entities of several kinds by their ids, by plural: ?sightings=…&sightings=…',
  tag: 'bulk',
  permission: READ,
  query: z.record(z.string().max(64), many),
  answer: Many,
});

export const graphql = endpoint({
  method: 'POST',
  path: '/ctia/graphql',
  summary: 'Read entities by a GraphQL query',
  tag: 'graphql',
  permission: READ,
  body: z.object({
    query: z.string().max(20_000),
    variables: z.record(z.string(), z.unknown()).nullish(),
    operationName: z.string().nullish(),
  }),
  answer: z.object({ data: z.unknown(), errors: z.array(z.unknown()).optional() }),
});

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

/** How intelligence comes and goes in the portal. */
export const IntelFormat = z.enum(['ctim', 'stix', 'misp', 'csv']);
export type IntelFormat = z.infer<typeof IntelFormat>;

export const importIntel = endpoint({
  method: 'POST',
  path: '/api/intel/import',
  summary: 'Take in a CTIM bundle, a STIX 2.1 bundle, a MISP event or CSV',
  tag: 'intel',
  permission: 'intel:write',
  body: z.object({
    format: IntelFormat,
    content: z.string().min(1, 'Choose a file, or paste its text.').max(3_500_000),
    /** Name of the file, kept as the source of what does not name one. */
    name: z.string().max(256).default(''),
  }),
  answer: Imported,
});

export const exportIntel = endpoint({
  method: 'GET',
  path: '/api/intel/export',
  summary: 'Entities that a search finds, with what they are related to, as a file',
  tag: 'intel',
  permission: 'intel:read',
  query: z.object({
    format: IntelFormat,
    type: z.enum(['judgement', 'indicator', 'sighting', 'incident', 'casebook']),
    query: z.string().max(8192).optional(),
    ids: many,
  }),
  answer: z.unknown(),
});

const taxii = (path: string, summary: string) =>
  endpoint({ method: 'GET', path, summary, tag: 'taxii', permission: 'public', answer: z.unknown() });

export const taxiiDiscovery = taxii(
  '/taxii2/',
  'TAXII 2.1 discovery; user name is a feed id, password its secret',
);
export const taxiiRoot = taxii('/taxii2/feeds/', 'TAXII 2.1: the one API root');
export const taxiiCollections = taxii('/taxii2/feeds/collections/', 'TAXII 2.1: the feed as a collection');
const collection = z.object({ id: z.string().max(64) });
const taxiiQuery = z.object({
  limit: number(1000).default(100),
  next: z.string().max(256).optional(),
  added_after: z.string().max(64).optional(),
  'match[id]': z.string().max(4096).optional(),
  'match[type]': z.string().max(256).optional(),
});
export const taxiiCollection = endpoint({
  ...taxii('/taxii2/feeds/collections/:id/', 'TAXII 2.1: one collection'),
  params: collection,
});
export const taxiiObjects = endpoint({
  ...taxii('/taxii2/feeds/collections/:id/objects/', 'TAXII 2.1: STIX objects of a collection'),
  params: collection,
  query: taxiiQuery,
});
export const taxiiManifest = endpoint({
  ...taxii('/taxii2/feeds/collections/:id/manifest/', 'TAXII 2.1: what objects a collection has'),
  params: collection,
  query: taxiiQuery,
});

/** The same call at the address where clients of the platform look for it. */
const onPlatform = <E extends Endpoint>(e: E): E => ({
  ...e,
  path: e.path.replace(/^\/ctia/, '/iroh/private-intel'),
});

/** What `/iroh/private-intel` offers, each beside the call that it stands for. */
export const PLATFORM = {
  searchIncidents: onPlatform(INTEL.incident.search),
  createIncident: onPlatform(INTEL.incident.create),
  readIncident: onPlatform(INTEL.incident.read),
  patchIncident: onPlatform(INTEL.incident.patch),
  setIncidentStatus: onPlatform(setIncidentStatus),
  searchNotes: onPlatform(INTEL.note.search),
  createNote: onPlatform(INTEL.note.create),
  readNote: onPlatform(INTEL.note.read),
  patchNote: onPlatform(INTEL.note.patch),
  removeNote: onPlatform(INTEL.note.remove),
  importBundle: onPlatform(importBundle),
};

/** The generated ones of them, for the document. */
export const PLATFORM_ENDPOINTS: Record<string, Endpoint> = Object.fromEntries(
  Object.entries(PLATFORM).map(([name, e]) => [`${name}OnPlatform`, e as Endpoint]),
);
