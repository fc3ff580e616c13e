/** Users of mail submission: who may log in (AUTH) and send anywhere. They are no part of Submit and Commit. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { recipientOf } from './recipient.ts';

const UserName = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{1,255}$/, 'Enter a name of printable ASCII characters without spaces.');

const Senders = z
  .array(
    z
      .string()
      .trim()
      .max(320)
      .refine(
        (text) => recipientOf(text) !== undefined,
        'Enter an address, a domain, .domain for its subdomains, or ALL.',
      ),
  )
  .min(1, 'Enter at least one address or domain that this user may send from.')
  .max(1000);

const Password = z
  .string()
  .min(12, 'Enter at least 12 characters.')
  .max(256, 'Enter at most 256 characters.')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL ends a field of AUTH PLAIN
  .regex(/^[^\x00]*$/, 'Leave out the NUL character.');

export const SubmissionUser = z.object({
  name: z.string(),
  /** Addresses, domains, .domains or ALL that it may send from. */
  senders: z.array(z.string()),
  disabled: z.boolean(),
  created: z.iso.datetime(),
  lastLogin: z.iso.datetime().nullable(),
});
export type SubmissionUser = z.infer<typeof SubmissionUser>;

const tag = 'submission';
const params = z.object({ name: z.string().max(255) });

export const listSubmissionUsers = endpoint({
  method: 'GET',
  path: '/api/submission/users',
  summary: 'Users of mail submission',
  tag,
  permission: 'config:read',
  answer: z.object({ users: z.array(SubmissionUser) }),
});

export const addSubmissionUser = endpoint({
  method: 'POST',
  path: '/api/submission/users',
  summary: 'Add a user of mail submission; counts at once',
  tag,
  permission: 'config:commit',
  body: z.object({ name: UserName, password: Password, senders: Senders }),
  answer: SubmissionUser,
});

export const changeSubmissionUser = endpoint({
  method: 'PATCH',
  path: '/api/submission/users/:name',
  summary: 'Change password, senders or state of a user of mail submission; counts at once',
  tag,
  permission: 'config:commit',
  params,
  body: z.object({
    password: Password.optional(),
    senders: Senders.optional(),
    disabled: z.boolean().optional(),
  }),
  answer: SubmissionUser,
});

export const deleteSubmissionUser = endpoint({
  method: 'DELETE',
  path: '/api/submission/users/:name',
  summary: 'Delete a user of mail submission; counts at once',
  tag,
  permission: 'config:commit',
  params,
});
