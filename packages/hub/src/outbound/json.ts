/** What an answer says, read by a schema; every way in which it can be no good is a fault that names the host. */
import { type Fault, fail } from '@sightline/api';
import type { z } from 'zod';
import type { Reply } from './send.ts';

/** @throws `invalid_json_response` */
export function jsonOf(reply: Reply): unknown {
  try {
    return JSON.parse(reply.body.toString('utf8'));
  } catch (cause) {
    throw fail('invalid_json_response', { host: reply.host, status: String(reply.status) }, { cause });
  }
}

/** @throws `invalid_json_response`, `answer_invalid`, what `statusFault` says of a status that is not 2xx */
export function read<S extends z.ZodType>(reply: Reply, schema: S): z.output<S> {
  if (reply.status < 200 || reply.status > 299) throw statusFault(reply);
  return fitting(jsonOf(reply), schema, reply.host);
}

/** @throws `answer_invalid` */
export function fitting<S extends z.ZodType>(value: unknown, schema: S, host: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const reason = `${issue?.path.join('.') || 'it'}: ${issue?.message}`.slice(0, 200);
  throw fail('answer_invalid', { host, reason });
}

/** A status that is no success: wrong credentials, or a question that was not understood. */
export const statusFault = ({ host, status }: Reply): Fault =>
  status === 401 || status === 403
    ? fail('authorization_error', { host, status: String(status) })
    : fail('client_error', { host, status: String(status) });
