/** Intelligence by the many: bundles, bulks, GraphQL, files of other formats, TAXII, and the platform's addresses. */
import { NewBundle } from '@sightline/ctim';
import { z } from 'zod';
import { type Endpoint, endpoint } from './endpoint.ts';
import { INTEL, many, number, Waiting } from './intel.ts';
import { Many, READ, setIncidentStatus } from './intel-calls.ts';

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
