/** What only the command line of the same machine may do: no page and no exchange reaches these. */
import { z } from 'zod';
import { endpoint } from './endpoint.ts';

const permission = 'local';

export const redactTracking = endpoint({
  method: 'POST',
  path: '/api/tracking/redactions',
  summary: 'Message Tracking: takes an address out of everything that was tracked before',
  tag: 'tracking',
  permission,
  body: z.object({
    address: z
      .string()
      .trim()
      .max(320)
      .regex(/^[^\s@<>]+@[^\s@<>]+$/, 'Enter an e-mail address such as ann@example.com.'),
  }),
  /** Messages that it sent or received. */
  answer: z.object({ messages: z.int().min(0) }),
});

export const backupTracking = endpoint({
  method: 'POST',
  path: '/api/tracking/backups',
  summary: 'Message Tracking: copies the data into another folder, or brings an earlier copy up to date',
  tag: 'tracking',
  permission,
  /** Absolute path. */
  body: z.object({ to: z.string().min(1).max(4096).startsWith('/', 'Enter an absolute path.') }),
  answer: z.object({ to: z.string() }),
});
