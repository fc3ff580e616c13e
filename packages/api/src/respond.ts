/** What can be done about an observable, and doing it (CTR iroh-response). */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Asked, AskedSighting, enrichQuery, ModuleError, ModuleRef } from './investigate.ts';

const tag = 'response';

/** Something that a module can do. `url` is the address of the trigger, complete. */
export const Action = ModuleRef.extend({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  url: z.string(),
  categories: z.array(z.string()).optional(),
});
export type Action = z.infer<typeof Action>;

const Actions = z.object({ data: z.array(Action), errors: z.array(ModuleError).optional() });

export const respondObservables = endpoint({
  method: 'POST',
  path: '/iroh/iroh-response/respond/observables',
  summary: 'What the modules can do about these observables',
  tag,
  permission: 'response/observables:read',
  query: enrichQuery,
  body: z.array(Asked).max(500),
  answer: Actions,
});

export const respondSighting = endpoint({
  method: 'POST',
  path: '/iroh/iroh-response/respond/sighting',
  summary: 'What the modules can do about what a sighting holds',
  tag,
  permission: 'response/sighting:read',
  query: enrichQuery,
  body: AskedSighting,
  answer: Actions,
});

/**
 * Does it. An `Idempotency-Key` of the caller makes a second request with the same key answer as the first one did
 * and do nothing. Further query parameters go to the module as they are.
 */
export const trigger = endpoint({
  method: 'POST',
  path: '/iroh/iroh-response/respond/trigger/:module/:action',
  summary: 'Have a module do something',
  tag,
  permission: 'response/trigger:write',
  params: z.object({ module: z.uuid(), action: z.string().max(1024) }),
  query: z.looseObject({
    observable_type: z.string().max(64).optional(),
    observable_value: z.string().max(8192).optional(),
  }),
  answer: z.object({
    data: z.object({ status: z.enum(['success', 'failure']) }),
    errors: z.array(ModuleError).optional(),
  }),
});
