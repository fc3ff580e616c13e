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
import { Quotas } from './module.ts';

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
  /** Of a warning that there is more: ask again with this `end_time` for what came before. */
  end_time: z.iso.datetime().optional(),
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

/** A sighting as clients send it; its observables are what is asked about. */
export const AskedSighting = z.looseObject({
  observables: z.array(Asked).max(500).default([]),
  targets: z
    .array(z.looseObject({ observables: z.array(Asked).max(500).default([]) }))
    .max(500)
    .default([]),
});
export type AskedSighting = z.infer<typeof AskedSighting>;

/** The time that answers are to be about; open where left out. */
const window = {
  start_time: z.iso.datetime({ offset: true }).optional(),
  end_time: z.iso.datetime({ offset: true }).optional(),
};

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
    ...window,
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

const strings = z.union([z.string(), z.array(z.string())]).optional();
/** `mids`: module instances to ask; the others are taken and mean nothing here. */
export const enrichQuery = z.object({ mids: strings, flags: strings, product_categories: strings });
const observables = z.array(Asked).max(500);
const OBSERVE = 'enrich/observables/observe:read';
const DELIBERATE = 'enrich/observables/deliberate:read';
const REFER = 'enrich/observables/refer:read';
/** The id of a sighting, as a bare JSON string. */
const SightingRef = z.string().min(1).max(2048);
/** Largest file that can be dropped, bytes. */
export const MAX_FILE = 25 * 1024 * 1024;

/** An observable of a file, with where in it it stood. */
export const FoundInFile = z.object({
  type: ObservableType,
  value: z.string(),
  part: z.enum(['header', 'body', 'attachment', 'text', 'data']),
  /** `ambiguous`: only asked about when a person says so. */
  confidence: z.enum(['certain', 'ambiguous']),
  alternative: ObservableType.optional(),
});
export type FoundInFile = z.infer<typeof FoundInFile>;

export const inspectFile = endpoint({
  method: 'POST',
  path: '/api/inspect/file',
  summary: 'Observables of a file: a message (.eml, .msg), a report (.pdf, .csv, text), STIX, MISP or CTIM',
  tag: 'inspect',
  permission: 'investigate',
  takes: 'application/octet-stream',
  query: z.object({ name: z.string().max(255) }),
  body: z
    .instanceof(Uint8Array as new () => Uint8Array<ArrayBuffer>)
    .meta({ type: 'string', format: 'binary' }),
  answer: z.object({
    kind: z.enum(['eml', 'msg', 'pdf', 'json', 'csv', 'text']),
    found: z.array(FoundInFile),
    /** What could not be read, as sentences. */
    notes: z.array(z.string()),
  }),
});

/** With `Accept: application/x-ndjson` the lines of an investigation instead of the envelope. */
export const observe = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/observe/observables',
  summary: 'Everything the modules know of these observables',
  tag: 'enrich',
  permission: OBSERVE,
  query: enrichQuery,
  body: observables,
  answer: Enriched,
});

export const observeTargets = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/observe/targets',
  summary: 'The same within a time: who was touched by these observables',
  tag: 'enrich',
  permission: 'enrich/targets/observe:read',
  query: enrichQuery,
  body: z.object({ observables, ...window }),
  answer: Enriched,
});

export const observeSighting = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/observe/sighting',
  summary: 'Everything the modules know of what a sighting holds',
  tag: 'enrich',
  permission: OBSERVE,
  query: enrichQuery,
  body: AskedSighting,
  answer: Enriched,
});

export const observeSightingRef = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/observe/sighting_ref',
  summary: 'The same for a sighting of the intelligence store, by its id',
  tag: 'enrich',
  permission: OBSERVE,
  query: enrichQuery,
  body: SightingRef,
  answer: Enriched,
});

export const deliberate = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/deliberate/observables',
  summary: 'Verdicts only',
  tag: 'enrich',
  permission: DELIBERATE,
  query: enrichQuery,
  body: observables,
  answer: Enriched,
});

export const deliberateSighting = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/deliberate/sighting',
  summary: 'Verdicts on what a sighting holds',
  tag: 'enrich',
  permission: DELIBERATE,
  query: enrichQuery,
  body: AskedSighting,
  answer: Enriched,
});

export const deliberateSightingRef = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/deliberate/sighting_ref',
  summary: 'The same for a sighting of the intelligence store, by its id',
  tag: 'enrich',
  permission: DELIBERATE,
  query: enrichQuery,
  body: SightingRef,
  answer: Enriched,
});

/**
 * One verdict out of all: the gravest that any module gives (Malicious, Suspicious, Clean, Common, Unknown). What
 * each said is beside it.
 */
export const reputation = endpoint({
  method: 'GET',
  path: '/iroh/iroh-enrich/reputation/observable',
  summary: 'What the modules together think of one observable',
  tag: 'enrich',
  permission: 'enrich/observables/reputation:read',
  query: z.object({ ...Asked.shape, mids: strings }),
  answer: z.object({
    data: z.object({ reputation: Verdict, ...Enriched.shape }),
    errors: z.array(ModuleError).optional(),
  }),
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
export type Reference = z.infer<typeof Reference>;
const References = z.object({ data: z.array(Reference), errors: z.array(ModuleError).optional() });

export const refer = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/refer/observables',
  summary: 'Links to look these observables up elsewhere',
  tag: 'enrich',
  permission: REFER,
  query: enrichQuery,
  body: observables,
  answer: References,
});

export const referSighting = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/refer/sighting',
  summary: 'Links for what a sighting holds',
  tag: 'enrich',
  permission: REFER,
  query: enrichQuery,
  body: AskedSighting,
  answer: References,
});

export const referSightingRef = endpoint({
  method: 'POST',
  path: '/iroh/iroh-enrich/refer/sighting_ref',
  summary: 'The same for a sighting of the intelligence store, by its id',
  tag: 'enrich',
  permission: REFER,
  query: enrichQuery,
  body: SightingRef,
  answer: References,
});

export const ModuleHealth = ModuleRef.extend({
  data: z.object({
    status: z.enum(['ok', 'error', 'unknown']),
    text: z.string().optional(),
    quotas: Quotas.optional(),
  }),
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
