/** Modules: what can be asked in an investigation. Shapes follow CTR's module types and instances (iroh-int). */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

export const SpecField = z.object({
  key: z.string(),
  type: z.enum(['string', 'password', 'api_key', 'integer', 'boolean', 'options', 'device']),
  label: z.string(),
  required: z.boolean().optional(),
  tooltip: z.string().optional(),
  default_value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  /** Of a `device`: the type it must have, `ESA` or `SMA`. */
  subtype: z.string().optional(),
  /** Bounds of an `integer`. */
  minimum: z.int().optional(),
  maximum: z.int().optional(),
});
export type SpecField = z.infer<typeof SpecField>;

export const ModuleType = z.object({
  id: z.uuid(),
  title: z.string(),
  default_name: z.string(),
  short_description: z.string(),
  /** Plain paragraphs, shown in the catalogue under Learn More. */
  description: z.string(),
  /** Quick Start: numbered steps, one a line. */
  tips: z.string(),
  configuration_spec: z.array(SpecField),
  capabilities: z.array(z.object({ id: z.string(), description: z.string() })),
});
export type ModuleType = z.infer<typeof ModuleType>;

export const Settings = z.record(
  z.string().max(64),
  z.union([z.string().max(4096), z.number(), z.boolean(), z.null()]),
);
export const ModuleInstance = z.object({
  id: z.uuid(),
  name: z.string(),
  module_type_id: z.uuid(),
  visibility: z.literal('org'),
  enabled: z.boolean(),
  settings: Settings,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export type ModuleInstance = z.infer<typeof ModuleInstance>;

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
      ModuleInstance.extend({ type_title: z.string(), device: z.string(), problem: z.string() }),
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
  answer: z.object({ status: z.enum(['ok', 'error']), text: z.string(), ms: z.number() }),
});
