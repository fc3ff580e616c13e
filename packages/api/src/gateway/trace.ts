/** Trace: what would become of a message, and why; and the engines' health. */
import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { Attachment, Authentication, Direction, Reply } from '../track.ts';
import { EngineHealth } from './engine.ts';

/** Largest message that can be traced, bytes. */
export const MOST_TRACED = 8 * 1024 * 1024;

const Address = z
  .string()
  .trim()
  .max(320)
  .regex(/^[^\s@<>\p{Cc}]+@[^\s@<>\p{Cc}]+$/u, 'Enter an address such as ann@example.com.');

export const TraceQuestion = z.object({
  /** The message as it would be sent, base64. */
  message: z
    .base64()
    .min(1, 'Choose a message.')
    .max(Math.ceil(MOST_TRACED / 3) * 4),
  /** Envelope sender; '' is the null reverse-path. */
  from: z.union([z.literal(''), Address]).default(''),
  to: z.array(Address).min(1, 'Enter a recipient.').max(100),
  /** Address of the client. */
  ip: z.union([z.ipv4(), z.ipv6()], 'Enter an IP address.').default('192.0.2.1'),
  helo: z
    .string()
    .max(255)
    .regex(/^[!-~]*$/, 'Enter a host name.')
    .default('trace.example'),
  direction: Direction.default('incoming'),
});
export type TraceQuestion = z.infer<typeof TraceQuestion>;

export const TraceAnswer = z.object({
  size: z.int(),
  subject: z.string(),
  messageId: z.string(),
  parse: z.enum(['complete', 'partial', 'failed']),
  attachments: z.array(Attachment),
  urls: z.array(z.string()),
  authentication: Authentication.nullable(),
  engines: z.array(
    z.object({
      engine: z.string(),
      verdict: z.string(),
      names: z.array(z.string()),
      score: z.number().optional(),
      ms: z.number(),
    }),
  ),
  /** How the decision came about, in order. */
  steps: z.array(z.object({ step: z.string(), text: z.string() })),
  /** The client's answer before the message is taken; null: it is taken. */
  refused: z.object({ by: z.string(), reply: Reply }).nullable(),
  copies: z.array(
    z.object({
      recipients: z.array(z.string()),
      policy: z.string(),
      /** What becomes of it, in words. */
      fate: z.string(),
      actions: z.array(z.string()),
    }),
  ),
});
export type TraceAnswer = z.infer<typeof TraceAnswer>;

export const traceMessage = endpoint({
  method: 'POST',
  path: '/api/trace',
  summary:
    'Trace: what would become of a message by the committed settings, and why; nothing is kept or sent',
  tag: 'policies',
  permission: 'config:read',
  body: TraceQuestion,
  answer: TraceAnswer,
});

export const engineStatus = endpoint({
  method: 'GET',
  path: '/api/engines',
  summary: 'Security Services: how the engines are doing',
  tag: 'policies',
  permission: 'config:read',
  answer: z.object({ engines: z.array(EngineHealth) }),
});
