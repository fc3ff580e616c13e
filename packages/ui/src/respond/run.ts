/** Has actions done: an appliance's by the portal, which keeps the way back; another module's by its trigger. */
import { type Action, type TakenAction, takeAction, trigger } from '@sightline/api';
import { call } from '../kit/call.ts';
import { isOrder, queryOf } from './offers.ts';

export interface Asked {
  reason: string;
  /** A number, or `never`; undefined for what does not last. */
  hours: string | undefined;
  /** Incident or casebook, '' for none. */
  source: string;
}

/** What came of one action; `taken` of an appliance's only. */
export interface Done {
  taken?: TakenAction;
  /** The request itself failed. */
  error?: unknown;
}

/** `key` makes the same request again safe. Never throws. */
export async function run(action: Action, asked: Asked, key: string): Promise<Done> {
  try {
    return isOrder(action) ? { taken: await order(action, asked, key) } : await triggered(action);
  } catch (error) {
    return { error };
  }
}

function order(action: Action, { reason, hours, source }: Asked, key: string): Promise<TakenAction> {
  const query = { ...queryOf(action), reason, source, ...(hours ? { hours } : {}) };
  return call(takeAction, { body: { key, module: action.module_instance_id, action: action.id, query } });
}

async function triggered(action: Action): Promise<Done> {
  const params = { module: action.module_instance_id, action: action.id };
  const { data, errors = [] } = await call(trigger, { params, query: queryOf(action) });
  if (data.status === 'success') return {};
  throw new Error(errors.map((e) => e.message).join(' ') || 'The module says that it failed.');
}

/** A random UUID (version 4); `crypto.randomUUID` is not there on a page without TLS. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = '89ab'[(bytes[8] ?? 0) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}
