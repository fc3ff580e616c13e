/** What can be done about an observable, and doing it (CTR iroh-response). */
import { ObservableType } from '@sightline/ctim';
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

/** Types of module that are our appliances: their actions take a reason and an end, and say what they did. */
export const APPLIANCE_TYPES = {
  emailSecurity: 'd6a74bb9-6179-5c88-8599-c1e45e96d2e1',
  securityManagement: 'f260dbed-69ac-5e83-965d-d89096296e38',
} as const;

/** Type of module that opens mailboxes. Its actions come in three, by what is done to the message there. */
export const MAILBOX_TYPE = '3f6c1f4e-58d0-5b0b-9f0a-3c0d5b1d7a62';
export const MAILBOX_ACTIONS = {
  find: 'email-find-in-mailboxes',
  move: 'email-move-in-mailboxes',
  delete: 'email-delete-from-mailboxes',
  restore: 'email-restore-in-mailboxes',
} as const;

/** A message as it lies in a folder. Subject and sender are its own words. */
export const MailboxCopy = z.object({
  folder: z.string(),
  messageId: z.string(),
  subject: z.string(),
  from: z.string(),
  /** Of its Date field; null where that is none. */
  date: z.iso.datetime().nullable(),
});
export type MailboxCopy = z.infer<typeof MailboxCopy>;

/** What came of one mailbox. */
export const MailboxResult = z.object({
  /** Recipients whose mailbox it is; usually one. */
  addresses: z.array(z.string()).min(1),
  /**
   * `found` of a dry run; `already`: it was where it is wanted; `absent`: not in this mailbox; `no_mailbox`: nor is
   * there a mailbox, or none that the log-in may open; `unknown`: tracking does not know it as a recipient;
   * `stopped`: not begun.
   */
  state: z.enum([
    'found',
    'moved',
    'deleted',
    'restored',
    'already',
    'absent',
    'no_mailbox',
    'refused',
    'timeout',
    'failed',
    'unknown',
    'stopped',
  ]),
  /** More about it, '' where the state says all. */
  text: z.string(),
  copies: z.array(MailboxCopy),
});
export type MailboxResult = z.infer<typeof MailboxResult>;

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

/** One of several places where an action was to be done: an appliance, or what else a module reaches. */
export const ActionPlace = z.object({
  name: z.string(),
  status: z.enum(['success', 'failure']),
  /** What was done there, or why not. */
  text: z.string(),
});
export type ActionPlace = z.infer<typeof ActionPlace>;

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
    data: z.object({
      /** `success`: everywhere. */
      status: z.enum(['success', 'failure']),
      /** Where it was asked of several appliances: what each of them did. */
      places: z.array(ActionPlace).optional(),
    }),
    errors: z.array(ModuleError).optional(),
  }),
});

/** An action that somebody had done, and what came of it. */
export const TakenAction = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  /** The user or program. */
  by: z.string(),
  module: z.string(),
  module_instance_id: z.string(),
  action: z.string(),
  /** What it was about; null where it names none. */
  observable: z.object({ type: ObservableType, value: z.string() }).nullable(),
  reason: z.string(),
  /** Incident or case, '' for none. */
  source: z.string(),
  /** `running`: not finished, or this program was stopped meanwhile. `partial`: in some of its places. */
  status: z.enum(['running', 'success', 'partial', 'failure']),
  /** What was done to what. */
  text: z.string(),
  /** Each of several appliances by itself; empty where one was asked. */
  places: z.array(ActionPlace),
  errors: z.array(ModuleError),
  /** Until when it holds; null where it does not end, or does not last. */
  expires: z.iso.datetime().nullable(),
  /** It can be taken back. */
  undoable: z.boolean(),
  undone: z.object({ at: z.iso.datetime(), by: z.string() }).nullable(),
  /** This request had been carried out before; nothing was done again. */
  repeated: z.boolean(),
});
export type TakenAction = z.infer<typeof TakenAction>;

export const listTaken = endpoint({
  method: 'GET',
  path: '/api/responses',
  summary: 'Response actions that were taken, the latest first',
  tag,
  permission: 'investigate',
  query: z.object({
    limit: z.coerce.number().pipe(z.int().min(1).max(200)).default(100),
    /** Those before this time. */
    before: z.iso.datetime().optional(),
    /** The `id` that stood last: those of that time which come after it belong to the next page too. */
    before_id: z.uuid().optional(),
  }),
  answer: z.object({ actions: z.array(TakenAction), more: z.boolean() }),
});

const Take = z.object({
  key: z.uuid(),
  module: z.uuid(),
  action: z.string().min(1).max(1024),
  /** As the action's address has it, and what else the module takes: `reason`, `hours`, `source`, `recipients`. */
  query: z
    .record(z.string().max(64), z.string().max(200_000))
    .refine((query) => Object.keys(query).length <= 40, 'At most 40 parameters.'),
});

/** The portal's way: what `trigger` does, with what came of it. `key`: the same again is done once. */
export const takeAction = endpoint({
  method: 'POST',
  path: '/api/responses',
  summary: 'Have a module do something, and keep how to take it back',
  tag,
  permission: 'respond',
  body: Take,
  answer: TakenAction,
});

/** How an action goes on: first `start`, last `end`; in between what it says of mailboxes, where it is about those. */
export const ActionLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), id: z.uuid() }),
  /** Recipients, mailbox by mailbox, that it will be about. */
  z.object({ type: z.literal('mailboxes'), mailboxes: z.array(z.array(z.string())) }),
  z.object({ type: z.literal('mailbox'), mailbox: MailboxResult }),
  z.object({ type: z.literal('end'), action: TakenAction }),
]);
export type ActionLine = z.infer<typeof ActionLine>;

/** What `takeAction` does; it goes on when nobody reads any more, but for a dry run. */
export const followAction = endpoint({
  method: 'POST',
  path: '/api/responses/follow',
  summary: 'Have a module do something, and read how it goes on, one JSON object a line',
  tag,
  permission: 'respond',
  media: 'application/x-ndjson',
  body: Take,
  answer: ActionLine,
});

/** Mailboxes that were begun are finished, no further one is. */
export const stopAction = endpoint({
  method: 'POST',
  path: '/api/responses/:id/stop',
  summary: 'Stop a response action that goes on',
  tag,
  permission: 'respond',
  params: z.object({ id: z.uuid() }),
});

export const listMailboxes = endpoint({
  method: 'GET',
  path: '/api/responses/:id/mailboxes',
  summary: 'What came of each mailbox in a response action',
  tag,
  permission: 'respond',
  params: z.object({ id: z.uuid() }),
  answer: z.object({ mailboxes: z.array(MailboxResult) }),
});

/** Done once: a second time says that it was undone, by whom. */
export const undoAction = endpoint({
  method: 'POST',
  path: '/api/responses/:id/undo',
  summary: 'Take back a response action',
  tag,
  permission: 'respond',
  params: z.object({ id: z.uuid() }),
  body: z.object({ reason: z.string().trim().min(1, 'Enter a reason.').max(500) }),
  answer: TakenAction,
});
