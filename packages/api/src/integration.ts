/** Module types and instances as clients of CTR manage them (`/iroh/iroh-int`). */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { ModuleInstance, Settings, TypeDocument } from './module.ts';

const tag = 'iroh-int';
const Id = z.object({ id: z.uuid() });
const Iso = z.iso.datetime();

/** Who made an entry and when. */
const made = {
  id: z.uuid(),
  org_id: z.string(),
  user_id: z.string(),
  client_id: z.string().optional(),
  created_at: Iso,
  updated_at: Iso,
};

/** Any of these fields; what is left out stays as it is, so no default steps in. */
const changesTo = <S extends z.core.$ZodShape>(shape: S) =>
  z.looseObject(
    Object.fromEntries(
      Object.entries(shape).map(([key, field]) => [
        key,
        z.optional(field instanceof z.ZodDefault ? field.unwrap() : field),
      ]),
    ) as { [K in keyof S]: z.ZodOptional<S[K]> },
  );

const List = z.object({
  query: z.string().max(1024).optional(),
  sort_by: z.string().max(64).optional(),
  sort_order: z.enum(['asc', 'desc']).optional(),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export type IntegrationList = z.infer<typeof List>;

// ---- module types

export const IntModuleType = TypeDocument.extend({
  ...made,
  visibility: z.enum(['global', 'org']),
  enabled: z.boolean(),
  /** Name of the kind of record, as clients of CTR compare it. */
  record: z.string(),
});
/** Keys that this hub has no use for are kept as they came. */
const NewType = z.looseObject({ ...TypeDocument.shape, enabled: z.boolean().optional() });
const TypeChange = changesTo({ ...TypeDocument.shape, enabled: z.boolean() });

const TYPE_READ = 'integration/module-type:read';
const TYPE_WRITE = 'integration/module-type:write';

export const intListTypes = endpoint({
  method: 'GET',
  path: '/iroh/iroh-int/module-type',
  summary: 'Module types, built in and added',
  tag,
  permission: TYPE_READ,
  query: List,
  answer: z.array(IntModuleType),
});

export const intAddType = endpoint({
  method: 'POST',
  path: '/iroh/iroh-int/module-type',
  summary: 'Add a module type',
  tag,
  permission: TYPE_WRITE,
  body: NewType,
  answer: IntModuleType,
});

export const intGetType = endpoint({
  method: 'GET',
  path: '/iroh/iroh-int/module-type/:id',
  summary: 'One module type',
  tag,
  permission: TYPE_READ,
  params: Id,
  answer: IntModuleType,
});

export const intPutType = endpoint({
  method: 'PUT',
  path: '/iroh/iroh-int/module-type/:id',
  summary: 'Replace a module type that was added',
  tag,
  permission: TYPE_WRITE,
  params: Id,
  body: NewType,
  answer: IntModuleType,
});

export const intPatchType = endpoint({
  method: 'PATCH',
  path: '/iroh/iroh-int/module-type/:id',
  summary: 'Change a module type that was added',
  tag,
  permission: TYPE_WRITE,
  params: Id,
  body: TypeChange,
  answer: IntModuleType,
});

export const intDeleteType = endpoint({
  method: 'DELETE',
  path: '/iroh/iroh-int/module-type/:id',
  summary: 'Delete a module type that was added and has no modules',
  tag,
  permission: TYPE_WRITE,
  params: Id,
});

// ---- module instances

const visibility = z.enum(['global', 'org', 'user']);
const external_references = z.array(z.json()).max(50);
/** A setting of null is taken away. */
const NewInstance = z.object({
  name: z.string().trim().min(1, 'Enter a module name.').max(128),
  module_type_id: z.uuid('Name a module type by its id.'),
  visibility: visibility.default('org'),
  settings: Settings.default({}),
  enabled: z.boolean().default(true),
  external_references: external_references.optional(),
  parent_id: z.uuid().optional(),
});

export const IntModuleInstance = ModuleInstance.extend({
  ...made,
  external_references: external_references.optional(),
  parent_id: z.uuid().optional(),
});
export type IntModuleInstance = z.infer<typeof IntModuleInstance>;

const INSTANCE_READ = 'integration/module-instance:read';
const INSTANCE_WRITE = 'integration/module-instance:write';

export const intListInstances = endpoint({
  method: 'GET',
  path: '/iroh/iroh-int/module-instance',
  summary: 'Modules of the organisation',
  tag,
  permission: INSTANCE_READ,
  query: List.extend({ module_type_id: z.uuid().optional(), enabled: z.stringbool().optional() }),
  answer: z.array(IntModuleInstance),
});

export const intAddInstance = endpoint({
  method: 'POST',
  path: '/iroh/iroh-int/module-instance',
  summary: 'Add a module',
  tag,
  permission: INSTANCE_WRITE,
  body: NewInstance,
  answer: IntModuleInstance,
});

export const intGetInstance = endpoint({
  method: 'GET',
  path: '/iroh/iroh-int/module-instance/:id',
  summary: 'One module, its secrets masked',
  tag,
  permission: INSTANCE_READ,
  params: Id,
  answer: IntModuleInstance,
});

export const intPutInstance = endpoint({
  method: 'PUT',
  path: '/iroh/iroh-int/module-instance/:id',
  summary: 'Replace the settings of a module',
  tag,
  permission: INSTANCE_WRITE,
  params: Id,
  body: NewInstance,
  answer: IntModuleInstance,
});

export const intPatchInstance = endpoint({
  method: 'PATCH',
  path: '/iroh/iroh-int/module-instance/:id',
  summary: 'Change a module; a setting of null is taken away',
  tag,
  permission: INSTANCE_WRITE,
  params: Id,
  body: z.object({
    name: z.string().trim().min(1, 'Enter a module name.').max(128).optional(),
    visibility: visibility.optional(),
    settings: Settings.optional(),
    enabled: z.boolean().optional(),
    external_references: external_references.optional(),
    parent_id: z.uuid().optional(),
  }),
  answer: IntModuleInstance,
});

export const intDeleteInstance = endpoint({
  method: 'DELETE',
  path: '/iroh/iroh-int/module-instance/:id',
  summary: 'Delete a module',
  tag,
  permission: INSTANCE_WRITE,
  params: Id,
});

// ---- integrations, the older parallel of module types

const NewIntegration = z.looseObject({
  title: z.string().trim().min(1, 'Enter a title.').max(1024),
  description: z.string().max(20_000).default(''),
  short_description: z.string().max(2048).default(''),
  tips: z.string().max(20_000).default(''),
  module_type_id: z.uuid().optional(),
  flags: z.array(z.string()).max(50).default([]),
  enabled: z.boolean().default(true),
});
export const IntIntegration = NewIntegration.extend({ ...made, visibility: z.literal('org') });
const INTEGRATION = '/iroh/iroh-int/integration';

export const intListIntegrations = endpoint({
  method: 'GET',
  path: INTEGRATION,
  summary: 'Integrations of the organisation',
  tag,
  permission: 'integration:read',
  query: List,
  answer: z.array(IntIntegration),
});

export const intAddIntegration = endpoint({
  method: 'POST',
  path: INTEGRATION,
  summary: 'Add an integration',
  tag,
  permission: 'integration:write',
  body: NewIntegration,
  answer: IntIntegration,
});

export const intGetIntegration = endpoint({
  method: 'GET',
  path: `${INTEGRATION}/:id`,
  summary: 'One integration',
  tag,
  permission: 'integration:read',
  params: Id,
  answer: IntIntegration,
});

export const intPutIntegration = endpoint({
  method: 'PUT',
  path: `${INTEGRATION}/:id`,
  summary: 'Replace an integration',
  tag,
  permission: 'integration:write',
  params: Id,
  body: NewIntegration,
  answer: IntIntegration,
});

export const intPatchIntegration = endpoint({
  method: 'PATCH',
  path: `${INTEGRATION}/:id`,
  summary: 'Change an integration',
  tag,
  permission: 'integration:write',
  params: Id,
  body: changesTo(NewIntegration.shape),
  answer: IntIntegration,
});

export const intDeleteIntegration = endpoint({
  method: 'DELETE',
  path: `${INTEGRATION}/:id`,
  summary: 'Delete an integration',
  tag,
  permission: 'integration:write',
  params: Id,
});

// ---- changes to module types that wait for a review

const NewPatch = z.object({ module_type_id: z.uuid(), patch: z.record(z.string().max(64), z.json()) });
export const IntPatch = NewPatch.extend({ ...made, merge_status: z.enum(['pending', 'merged', 'rejected']) });
const PATCH = '/iroh/iroh-int/module-type-patch';
const PATCH_READ = 'integration/module-type-patch:read';
const PATCH_WRITE = 'integration/module-type-patch:write';
const PatchChange = NewPatch.partial().extend({ merge_status: IntPatch.shape.merge_status.optional() });

export const intListPatches = endpoint({
  method: 'GET',
  path: PATCH,
  summary: 'Changes to module types that were proposed',
  tag,
  permission: PATCH_READ,
  query: List,
  answer: z.array(IntPatch),
});

export const intAddPatch = endpoint({
  method: 'POST',
  path: PATCH,
  summary: 'Propose a change to a module type',
  tag,
  permission: PATCH_WRITE,
  body: NewPatch,
  answer: IntPatch,
});

export const intGetPatch = endpoint({
  method: 'GET',
  path: `${PATCH}/:id`,
  summary: 'One proposed change',
  tag,
  permission: PATCH_READ,
  params: Id,
  answer: IntPatch,
});

export const intPutPatch = endpoint({
  method: 'PUT',
  path: `${PATCH}/:id`,
  summary: 'Replace a proposed change',
  tag,
  permission: PATCH_WRITE,
  params: Id,
  body: PatchChange,
  answer: IntPatch,
});

export const intPatchPatch = endpoint({
  method: 'PATCH',
  path: `${PATCH}/:id`,
  summary: 'Change a proposal; merged, it changes the module type',
  tag,
  permission: PATCH_WRITE,
  params: Id,
  body: PatchChange,
  answer: IntPatch,
});

export const intDeletePatch = endpoint({
  method: 'DELETE',
  path: `${PATCH}/:id`,
  summary: 'Delete a proposed change',
  tag,
  permission: PATCH_WRITE,
  params: Id,
});

/** With its slash encoded, as CTR's Python client sends it. */
export const intPreviewPatchEncoded = endpoint({
  method: 'GET',
  path: `${PATCH}/:id/:action`,
  summary: 'The same, with the slash between the last two words encoded',
  tag,
  permission: PATCH_READ,
  params: z.object({ id: z.uuid(), action: z.literal('action/preview') }),
  answer: IntModuleType,
});

export const intPreviewPatch = endpoint({
  method: 'GET',
  path: `${PATCH}/:id/action/preview`,
  summary: 'The module type as it would be with this change',
  tag,
  permission: PATCH_READ,
  params: Id,
  answer: IntModuleType,
});
