/** Investigation: the portal's stream of module results, and CTR's inspect and enrich calls. */
import {
  Indicator,
  Judgement,
  Observable,
  ObservableType,
  Relationship,
  Sighting,
  Verdict,
} from '@sightline/ctim';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

/** A list of entities with its count, as CTR wraps every kind. */
const docs = <S extends z.ZodType>(schema: S) => z.object({ count: z.int().min(0), docs: z.array(schema) });

/** What one module found: only the kinds it has something of. */
export const Findings = z.object({
  sightings: docs(Sighting).optional(),
  verdicts: docs(Verdict).optional(),
  judgements: docs(Judgement).optional(),
  indicators: docs(Indicator).optional(),
  relationships: docs(Relationship).optional(),
});
export type Findings = z.infer<typeof Findings>;

export const ModuleRef = z.object({
  module: z.string(),
  module_instance_id: z.uuid(),
  module_type_id: z.uuid(),
});
export type ModuleRef = z.infer<typeof ModuleRef>;

export const ModuleError = ModuleRef.extend({
  code: z.string(),
  message: z.string(),
  type: z.enum(['fatal', 'warning', 'error']),
});
export type ModuleError = z.infer<typeof ModuleError>;

/** The envelope of observe and deliberate. `errors` is absent when there are none. */
export const Enriched = z.object({
  data: z.array(ModuleRef.extend({ data: Findings, 'module-type': z.string().optional() })),
  errors: z.array(ModuleError).optional(),
});
export type Enriched = z.infer<typeof Enriched>;

/** An observable as clients send it: types in any case, keys of their own left out. */
export const Asked = z.object({
  type: z
    .string()
    .trim()
    .toLowerCase()
    .pipe(ObservableType)
    .meta({ description: 'An observable type of CTIM, in upper or lower case', examples: ['email_subject'] }),
  value: z.string().min(1).max(8192),
});

/** An observable recognised in text, with where it stood. */
export const Recognised = z.object({
  type: ObservableType,
  value: z.string(),
  /** As it stood in the text, defanged or quoted. */
  original: z.string(),
  /** UTF-16 offsets into the text. */
  start: z.int().min(0),
  end: z.int().min(0),
});
export type Recognised = z.infer<typeof Recognised>;

/** One line of an investigation's stream. */
export const InvestigationLine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    observables: z.array(Observable),
    modules: z.array(ModuleRef),
  }),
  z.object({
    type: z.literal('module'),
    module: ModuleRef,
    /** `ok` with or without findings; `partial` findings and errors; `error` no findings. */
    state: z.enum(['ok', 'partial', 'error']),
    ms: z.number(),
    data: Findings,
    errors: z.array(ModuleError),
  }),
  z.object({ type: z.literal('end'), ms: z.number() }),
]);
export type InvestigationLine = z.infer<typeof InvestigationLine>;

export const investigate = endpoint({
  method: 'POST',
  path: '/api/investigate',
  summary: 'Ask every module about the observables of a text; one JSON line as each module answers',
  tag: 'investigate',
  permission: 'investigate',
  media: 'application/x-ndjson',
  body: z.object({
    /** Free text, typed syntax, logs. Either this or `observables`. */
    content: z.string().max(1_000_000).optional(),
    observables: z.array(Asked).max(500).optional(),
    /** Module instances to ask; all enabled ones when left out. */
    modules: z.array(z.uuid()).optional(),
  }),
  answer: InvestigationLine,
});

export const inspect = endpoint({
  method: 'POST',
  path: '/iroh/iroh-inspect/inspect',
  summary: 'Observables in a text, in order of appearance, each once',
  tag: 'inspect',
  permission: 'inspect:read',
  body: z.object({ content: z.string().max(1_000_000) }),
  answer: z.array(Observable),
});

const enrichQuery = z.object({ mids: z.union([z.string(), z.array(z.string())]).optional() });

export const observe = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/observe/observables',
  summary: 'Everything the modules know of these observables',
  tag: 'enrich',
  permission: 'enrich/observables/observe:read',
  query: enrichQuery,
  body: z.array(Asked).max(500),
  answer: Enriched,
});

export const deliberate = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/deliberate/observables',
  summary: 'Verdicts only',
  tag: 'enrich',
  permission: 'enrich/observables/deliberate:read',
  query: enrichQuery,
  body: z.array(Asked).max(500),
  answer: Enriched,
});

export const enrichSettings = endpoint({
  method: 'GET',
  path: '/iroh/iroh-enrich/settings',
  summary: 'Settings of the enrich API; API clients use it to see whether a token works',
  tag: 'enrich',
  permission: 'enrich:read',
  answer: z.object({}),
});

/** A link to look an observable up elsewhere. */
export const Reference = ModuleRef.extend({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  url: z.string(),
  categories: z.array(z.string()).optional(),
});

export const refer = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/refer/observables',
  summary: 'Links to look these observables up elsewhere',
  tag: 'enrich',
  permission: 'enrich/observables/refer:read',
  query: enrichQuery,
  body: z.array(Asked).max(500),
  answer: z.object({ data: z.array(Reference), errors: z.array(ModuleError).optional() }),
});

export const ModuleHealth = ModuleRef.extend({
  data: z.object({ status: z.enum(['ok', 'error', 'unknown']), text: z.string().optional() }),
});
export type ModuleHealth = z.infer<typeof ModuleHealth>;

export const enrichHealth = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/health',
  summary: 'Whether every module works, asked all the way to its source',
  tag: 'enrich',
  permission: 'integration/health:read',
  answer: z.object({ data: z.array(ModuleHealth), errors: z.array(ModuleError).optional() }),
});

export const enrichHealthOf = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/health/:id',
  summary: 'Whether one module works, asked all the way to its source',
  tag: 'enrich',
  permission: 'integration/health:read',
  params: z.object({ id: z.uuid() }),
  answer: z.object({ data: ModuleHealth, errors: z.array(ModuleError).optional() }),
});
