/** Calls of a relay (CTR relay contract): every one a POST of JSON, answered with `data`, `errors` or both. */
import { fail } from '@sightline/api';
import type { Observable } from '@sightline/ctim';
import { z } from 'zod';
import { fitting, jsonOf, statusFault } from '../../outbound/json.ts';
import type { Instance, Limits, Problem } from '../kind.ts';
import { asking, type WebKindDeps } from '../web.ts';
import type { Api, Relay } from './settings.ts';
import { authorization, type TokenDeps } from './token.ts';

export interface RelayDeps extends WebKindDeps, TokenDeps {}

const RelayError = z.looseObject({
  code: z.union([z.string(), z.number()]).transform(String).default('unknown'),
  message: z.string().default(''),
  type: z.enum(['fatal', 'warning', 'error']).catch('error'),
});
const Answer = z.looseObject({
  data: z.unknown().optional(),
  errors: z.array(RelayError).max(1000).default([]),
});

export interface Said {
  data: unknown;
  errors: Problem[];
}

const NOTHING: Said = { data: undefined, errors: [] };
const MESSAGE_MAX = 2000;

/**
 * What the relay says. One that does not have the call says nothing; so does one that never said what it has and
 * answers 404.
 */
export async function call(
  deps: RelayDeps,
  relay: Relay,
  instance: Instance,
  { api, body, reads }: { api: Api; body: unknown; reads: boolean },
  limits: Limits,
): Promise<Said> {
  if (!relay.supports(api)) return NOTHING;
  const ask = asking(deps, instance, limits);
  const reply = await ask({
    method: 'POST',
    url: `${relay.url}/${api}${reads ? windowOf(limits) : ''}`,
    headers: await authorization(relay, deps),
    body: JSON.stringify(body),
    reads,
    ...pinOf(relay),
  });
  if (reply.status === 404 && !relay.isSaid) return NOTHING;
  if (reply.status !== 200) throw statusFault(reply);
  const { data, errors } = fitting(jsonOf(reply), Answer, reply.host);
  return { data, errors: errors.map(problemOf) };
}

export const pinOf = ({ all }: Relay): { pin?: string } => {
  const pin = all['certificate-fingerprint'];
  return typeof pin === 'string' && pin !== '' ? { pin } : {};
};

/** Newer relays take the time that is asked about. */
function windowOf({ window }: Limits): string {
  const query = new URLSearchParams();
  if (window?.from !== undefined) query.set('start', new Date(window.from).toISOString());
  if (window?.to !== undefined) query.set('end', new Date(window.to).toISOString());
  return query.size > 0 ? `?${query}` : '';
}

const problemOf = ({ code, message, type }: z.infer<typeof RelayError>): Problem => ({
  code: code.slice(0, 128),
  message: message.slice(0, MESSAGE_MAX),
  type,
});

/** Relays refuse observables with any other key. */
export const bare = (observables: readonly Observable[]): Observable[] =>
  observables.map(({ type, value }) => ({ type, value }));

/** The first error as a fault, for calls that have no place for errors. */
export function throwFirst(errors: readonly Problem[]): void {
  const [first] = errors.filter((one) => one.type !== 'warning');
  if (first) throw fail('relay_error', { code: first.code, reason: first.message });
}
