/** Remote response: what an exchange may ask an appliance to do, when its administrator has allowed it. */
import { z } from 'zod';
import { Mid } from '../track.ts';
import { ListItem } from './lists.ts';

const Mids = z.array(Mid).min(1).max(1000);
const Items = z.array(ListItem).min(1).max(1000);
const Hours = z
  .number()
  .gt(0)
  .max(10 * 8760)
  .nullable();

export const ResponseAct = z.discriminatedUnion('do', [
  /** From the next message on; `hours` null: until it is removed. */
  z.object({ do: z.literal('block'), items: Items, hours: Hours }),
  z.object({ do: z.literal('unblock'), items: Items }),
  /** Out of every quarantine that they are in. */
  z.object({ do: z.literal('release'), mids: Mids }),
  z.object({ do: z.literal('delete'), mids: Mids }),
  /** Messages of the queue: into a quarantine (`''`: held in the queue), or deleted. */
  z.object({ do: z.literal('hold'), mids: Mids, quarantine: z.string().max(40).default('Policy') }),
  z.object({ do: z.literal('drop'), mids: Mids }),
  /** Search and hold, quarantine or delete what waits in the queue and fits one of these; nothing is blocked by it. */
  z.object({
    do: z.literal('hunt'),
    items: Items,
    with: z.enum(['hold', 'quarantine', 'delete']),
    quarantine: z.string().max(40).default('Policy'),
  }),
]);
export type ResponseAct = z.infer<typeof ResponseAct>;

export const ResponseOrder = z.object({
  /** Made by who asks. The same again is carried out once, and answered again. */
  id: z.uuid(),
  /** The portal's user, as tracking and lists show it. */
  actor: z.string().trim().min(1).max(150),
  reason: z.string().trim().min(1).max(500),
  /** Incident or case that it belongs to, '' for none. */
  source: z.string().max(150).default(''),
  act: ResponseAct,
});
export type ResponseOrder = z.infer<typeof ResponseOrder>;
export type ResponseOrderInput = z.input<typeof ResponseOrder>;

export const ResponseAnswer = z.object({
  id: z.uuid(),
  /** It had been carried out before. */
  repeated: z.boolean(),
  /** Messages or entries that it was done to. */
  done: z.int().min(0),
  /** Chosen ones that were not there (any more), are on their way already, or were so before. */
  skipped: z.int().min(0),
  /** The messages that it was done to, where it was done to messages. */
  mids: z.array(Mid).default([]),
});
export type ResponseAnswer = z.infer<typeof ResponseAnswer>;
