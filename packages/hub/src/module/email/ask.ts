/** Observables to a tracking query. */
import type { KeyValue, LookupInput, LookupKey, Range } from '@sightline/api';
import { normalise, type Observable, type ObservableType } from '@sightline/ctim';

const KEYS: Partial<Record<ObservableType, LookupKey>> = {
  ip: 'ip',
  ipv6: 'ip',
  domain: 'domain',
  email: 'address',
  email_subject: 'subject',
  email_messageid: 'message_id',
  cisco_mid: 'mid',
  sha256: 'sha256',
  sha1: 'sha1',
  md5: 'md5',
  file_name: 'file_name',
  url: 'url',
};

const MAX_KEYS = 500;
const MAX_VALUE = 4096;

/** Observable types that message tracking can be asked for. */
export const SEARCHABLE = Object.keys(KEYS) as ObservableType[];

const fits = (key: LookupKey, value: string): boolean =>
  value !== '' &&
  value.length <= MAX_VALUE &&
  (key !== 'mid' || (/^[1-9]\d*$/.test(value) && Number.isSafeInteger(Number(value))));

/** The tracking key of one observable; undefined if tracking holds nothing of the kind. */
export const keyOf = (observable: Observable): KeyValue | undefined => {
  const { type, value } = normalise(observable);
  const key = KEYS[type];
  return key !== undefined && fits(key, value) ? { key, value } : undefined;
};

/** One text per key and value: tracking folds case, so do its answers. */
export const keyText = ({ key, value }: KeyValue): string => `${key} ${value.toLowerCase()}`;

/**
 * The one query that looks for all of these observables, at most `limit` messages for each. `skipped` are those
 * that tracking cannot be asked for; with nothing left to ask there is no `lookup`.
 */
export const lookupOf = (
  observables: readonly Observable[],
  range: Range,
  limit: number,
): { lookup: LookupInput | undefined; skipped: Observable[] } => {
  const keys = new Map<string, KeyValue>();
  const skipped: Observable[] = [];
  for (const observable of observables) {
    const key = keyOf(observable);
    const known = key !== undefined && keys.has(keyText(key));
    if (key === undefined || (!known && keys.size >= MAX_KEYS)) skipped.push(observable);
    else keys.set(keyText(key), keys.get(keyText(key)) ?? key);
  }
  return { lookup: keys.size === 0 ? undefined : { range, keys: [...keys.values()], limit }, skipped };
};
