/** Modules: what can be asked in an investigation. Shapes follow CTR's module types and instances (iroh-int). */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Details, MessageContent, Mid } from './track.ts';

/** What a setting can hold. Secrets come back masked (see MASK). */
export const Setting = z.union([
  z.string().max(16_384),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.string().max(1024)).max(100),
]);
export const Settings = z.record(z.string().max(64), Setting);
export type Settings = z.infer<typeof Settings>;

/** What is shown in place of a secret; sent back, it means that the secret stays. */
export const MASK = '**********';

/** One field of the form of a module (CTR `configuration_spec`). */
export const SpecField = z.object({
  key: z.string().min(1).max(64),
  type: z.enum([
    'string',
    'password',
    'api_key',
    'integer',
    'boolean',
    'options',
    'device',
    'remote',
    'file',
  ]),
  label: z.string().max(1024),
  required: z.boolean().optional(),
  tooltip: z.string().max(5000).optional(),
  group: z.string().max(128).optional(),
  default_value: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  /** Of a `device`: the type it must have, `ESA` or `SMA`. */
  subtype: z.string().max(128).optional(),
  /** What an `options` field offers. */
  options: z
    .array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]), label: z.string() }))
    .max(200)
    .optional(),
  /** Whether only what is offered may be chosen; so it is unless this is false. */
  'strict-options': z.boolean().optional(),
  beta: z.boolean().optional(),
  /** Bounds of an `integer`. */
  minimum: z.int().optional(),
  maximum: z.int().optional(),
});
export type SpecField = z.infer<typeof SpecField>;

const Reference = z.object({
  label: z.string().max(1024),
  link: z.url({ protocol: /^https?$/ }).max(2048),
  external_id: z.string().optional(),
  class: z.string().optional(),
});
/** A picture inside the document; as an image it can run nothing. */
const Logo = z
  .string()
  .max(256 * 1024)
  .regex(/^(data:image\/(svg\+xml|png|jpeg|gif|webp)[;,].*)?$/s, 'A logo is a data URI of a picture.');

/** What a maker says of a kind of module (CTR module type, as published beside every relay). */
export const TypeDocument = z.object({
  title: z.string().trim().min(1, 'Enter a title.').max(1024),
  default_name: z.string().trim().min(1, 'Enter a default name.').max(128),
  short_description: z.string().max(2048).default(''),
  /** Markdown, shown in the catalogue under Learn More. */
  description: z.string().max(20_000).default(''),
  /** Quick Start: numbered steps, one a line. */
  tips: z.string().max(20_000).default(''),
  external_references: z.array(Reference).max(50).default([]),
  configuration_spec: z.array(SpecField).max(100).default([]),
  capabilities: z
    .array(z.object({ id: z.string().max(64), description: z.string().max(2048).default('') }))
    .max(50)
    .default([]),
  /** Of a relay: `url`, `supported-apis`, `auth-type` and the like; settings of the same name come first. */
  properties: z.record(z.string().max(64), z.json()).default({}),
  flags: z.array(z.string()).max(50).default([]),
  logo: Logo.default(''),
});
export type TypeDocument = z.infer<typeof TypeDocument>;

export const ModuleType = TypeDocument.extend({
  id: z.uuid(),
  /** `global` is built in, `org` was added by the organisation. */
  visibility: z.enum(['global', 'org']),
});
export type ModuleType = z.infer<typeof ModuleType>;

export const ModuleInstance = z.object({
  id: z.uuid(),
  name: z.string(),
  module_type_id: z.uuid(),
  visibility: z.enum(['global', 'org', 'user']),
  enabled: z.boolean(),
  settings: Settings,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type ModuleInstance = z.infer<typeof ModuleInstance>;

/** How a module has done since this program started. */
export const ModuleStats = z.object({
  asked: z.int(),
  failed: z.int(),
  /** Milliseconds of the last 200 answers; null before the first. */
  p50_ms: z.number().nullable(),
  p95_ms: z.number().nullable(),
  last_answer: z.iso.datetime().nullable(),
  last_error: z.object({ at: z.iso.datetime(), code: z.string(), message: z.string() }).nullable(),
  /** Requests that went out to its source. */
  requests: z.object({ minute: z.int(), day: z.int() }),
});
export type ModuleStats = z.infer<typeof ModuleStats>;

/** What a source says it allows and how much of it is used (CTR health). */
export const Quota = z.object({
  description: z.string(),
  values: z.object({
    bucket_unit: z.string(),
    bucket_limit: z.number(),
    current_bucket_consumption: z.number(),
  }),
});
export type Quota = z.infer<typeof Quota>;
export const Quotas = z.record(z.string(), Quota);
export type Quotas = z.infer<typeof Quotas>;

const tag = 'modules';
const byId = z.object({ id: z.uuid() });
const NewInstance = z.object({
  name: z.string().trim().min(1, 'Enter a module name.').max(128),
  module_type_id: z.uuid('Choose a module.'),
  settings: Settings.default({}),
});

export const listModuleTypes = endpoint({
  method: 'GET',
  path: '/api/module-types',
  summary: 'The catalogue of modules',
  tag,
  permission: 'module:read',
  answer: z.object({ types: z.array(ModuleType) }),
});

export const listModules = endpoint({
  method: 'GET',
  path: '/api/modules',
  summary: 'Configured modules with their state',
  tag,
  permission: 'module:read',
  answer: z.object({
    modules: z.array(
      ModuleInstance.extend({
        type_title: z.string(),
        logo: z.string(),
        device: z.string(),
        problem: z.string(),
        stats: ModuleStats,
      }),
    ),
  }),
});

export const addModule = endpoint({
  method: 'POST',
  path: '/api/modules',
  summary: 'Add a module',
  tag,
  permission: 'module:write',
  body: NewInstance,
  answer: ModuleInstance,
});

export const editModule = endpoint({
  method: 'PATCH',
  path: '/api/modules/:id',
  summary: 'Change name, settings or state of a module',
  tag,
  permission: 'module:write',
  params: byId,
  body: z.object({
    name: z.string().trim().min(1, 'Enter a module name.').max(128).optional(),
    enabled: z.boolean().optional(),
    settings: Settings.optional(),
  }),
  answer: ModuleInstance,
});

export const deleteModule = endpoint({
  method: 'DELETE',
  path: '/api/modules/:id',
  summary: 'Delete a module',
  tag,
  permission: 'module:write',
  params: byId,
});

/** Devices that a module form may offer: registered, with Threat Response switched on. */
export const listModuleDevices = endpoint({
  method: 'GET',
  path: '/api/modules/devices',
  summary: 'Devices that can be chosen in a module form, and why there may be none',
  tag,
  permission: 'module:read',
  answer: z.object({
    devices: z.array(
      z.object({ id: z.uuid(), name: z.string(), type: z.string(), ip: z.string(), online: z.boolean() }),
    ),
    /** Empty when there are devices; else what to do. */
    reason: z.string(),
  }),
});

/** Asks the module whether it works, all the way to its source. */
export const testModule = endpoint({
  method: 'POST',
  path: '/api/modules/:id/health',
  summary: 'Test a module end to end',
  tag,
  permission: 'module:read',
  params: byId,
  answer: z.object({
    status: z.enum(['ok', 'error']),
    text: z.string(),
    ms: z.number(),
    quotas: Quotas.optional(),
  }),
});

const TypeId = z.object({ id: z.uuid() });

/** Takes the `module_type.json` that is published beside a relay. */
export const importModuleType = endpoint({
  method: 'POST',
  path: '/api/module-types',
  summary: 'Add a module type to the catalogue, from the document that its maker published',
  tag,
  permission: 'module:write',
  body: TypeDocument,
  answer: ModuleType,
});

export const deleteModuleType = endpoint({
  method: 'DELETE',
  path: '/api/module-types/:id',
  summary: 'Take a module type that was added out of the catalogue',
  tag,
  permission: 'module:write',
  params: TypeId,
});

export const messageDetails = endpoint({
  method: 'GET',
  path: '/api/modules/:id/messages/:mid',
  summary: 'A message of the appliance behind this module: envelope, contents and every processing step',
  tag: 'modules',
  permission: 'investigate',
  params: z.object({ id: z.uuid(), mid: z.coerce.number().pipe(Mid) }),
  answer: Details,
});

export const messageContent = endpoint({
  method: 'GET',
  path: '/api/modules/:id/messages/:mid/content',
  summary:
    'A message that the appliance still holds: raw header and text. Each look is written to the audit log',
  tag: 'modules',
  permission: 'message:read',
  params: messageDetails.params,
  answer: MessageContent.omit({ html: true }).extend({
    /** There is a part in HTML: `messageHtml` shows it. */
    html: z.boolean(),
  }),
});

/** A page for a sandboxed frame: only an allow-list of elements is left, images are blocked and links inert. */
export const messageHtml = endpoint({
  method: 'GET',
  path: '/api/modules/:id/messages/:mid/html',
  summary: 'The HTML part of a message that the appliance still holds, made safe',
  tag: 'modules',
  permission: 'message:read',
  media: 'text/html',
  params: messageDetails.params,
  answer: z.string(),
});
