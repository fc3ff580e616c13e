/** Being logged in to an appliance (AsyncOS API 2.0): the token is kept until the appliance refuses it. */
import { createHash } from 'node:crypto';
import { fail } from '@sightline/api';
import { z } from 'zod';
import { jsonOf, read, statusFault } from '../../outbound/json.ts';
import type { Reply } from '../../outbound/send.ts';
import type { Instance, Limits } from '../kind.ts';
import { asking, type WebKindDeps } from '../web.ts';

const Login = z.looseObject({ data: z.looseObject({ jwtToken: z.string().min(1) }) });
const Trouble = z.looseObject({
  error: z.looseObject({ message: z.string().default(''), code: z.coerce.string().default('') }),
});

export interface Call {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below `/esa/api/v2.0`. */
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  reads?: boolean;
}

export type Appliance = (instance: Instance, call: Call, limits: Limits) => Promise<Reply>;

/** Returns the way to call appliances: it logs in when it must, and once more when a token has run out. */
export function appliances(deps: WebKindDeps): Appliance {
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (instance: Instance, limits: Limits): Promise<string> => {
    const key = identity(instance);
    const known = tokens.get(key) ?? logIn(deps, instance, limits);
    tokens.set(key, known);
    known.catch(() => tokens.delete(key));
    return known;
  };
  return async (instance, call, limits) => {
    const token = await tokenOf(instance, limits);
    const reply = await send(deps, instance, call, limits, token);
    if (reply.status !== 401) return reply;
    tokens.delete(identity(instance));
    return send(deps, instance, call, limits, await tokenOf(instance, limits));
  };
}

/** Other credentials are another session. */
const identity = ({ id, settings }: Instance): string =>
  createHash('sha256')
    .update(JSON.stringify([id, settings.url, settings.product, settings.user, settings.passphrase]))
    .digest('hex');

const base64 = (value: unknown): string => Buffer.from(String(value)).toString('base64');

async function logIn(deps: WebKindDeps, instance: Instance, limits: Limits): Promise<string> {
  const { user, passphrase } = instance.settings;
  const body = { data: { userName: base64(user), passphrase: base64(passphrase) } };
  const reply = await send(deps, instance, { method: 'POST', path: '/login', body }, limits);
  return read(reply, Login).data.jwtToken;
}

function send(
  deps: WebKindDeps,
  instance: Instance,
  call: Call,
  limits: Limits,
  token?: string,
): Promise<Reply> {
  const { url, product } = instance.settings;
  const pin = String(instance.settings['certificate-fingerprint'] ?? '');
  return asking(
    deps,
    instance,
    limits,
  )({
    method: call.method,
    url: `${String(url).replace(/\/+$/, '')}/${product}/api/v2.0${call.path}${queryOf(call.query)}`,
    headers: token === undefined ? {} : { jwttoken: token },
    reads: call.reads ?? true,
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    ...(pin ? { pin } : {}),
  });
}

/** The appliance reads `%20` as a space, not `+`, and dates as they are. */
function queryOf(query: Record<string, string> = {}): string {
  const pairs = Object.entries(query).map(
    ([key, value]) => `${key}=${encodeURIComponent(value).replaceAll('%3A', ':').replaceAll('%2C', ',')}`,
  );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** What an answer says. Its own words are in the fault where it refuses. */
export function answerOf<S extends z.ZodType>(reply: Reply, schema: S): z.output<S> {
  if (reply.status >= 200 && reply.status <= 299) return read(reply, schema);
  if (reply.status === 401 || reply.status === 403) throw statusFault(reply);
  const trouble = Trouble.safeParse(reply.status === 404 || reply.status === 400 ? jsonOf(reply) : undefined);
  if (!trouble.success) throw statusFault(reply);
  throw fail('relay_error', { code: `${reply.host} [${reply.status}]`, reason: trouble.data.error.message });
}
