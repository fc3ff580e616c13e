/** What the Host Access Table would make of a client. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { Behavior } from './listener.ts';
import { ipVersion } from './sender.ts';

export const HatAnswer = z.object({
  group: z.string(),
  policy: z.string(),
  behavior: Behavior,
  /** The entry that took the client: an address, a host name, `dnslist[zone]` or `ALL`. */
  by: z.string(),
  /** '' if unknown. */
  reverseDns: z.string(),
  /** The name leads back to the address; only then do entries with host names count. */
  verified: z.boolean(),
});
export type HatAnswer = z.infer<typeof HatAnswer>;

export const testHat = endpoint({
  method: 'POST',
  path: '/api/hat/test',
  summary: 'Which sender group and mail flow policy an address would get now, by the candidate of the caller',
  tag: 'configuration',
  permission: 'config:read',
  body: z.object({
    ip: z
      .string()
      .trim()
      .refine((text) => ipVersion(text) !== undefined, 'Enter an IPv4 or IPv6 address.'),
    /** Name of a listener; the first one if absent. */
    listener: z.string().max(40).optional(),
  }),
  answer: HatAnswer,
});
