/** Takes a person's address out of events: wherever it stands, in the forms in which mail writes it. */
import type { TrackEvent } from '@sightline/api';
import { fold } from './text.ts';

/** Stands where the address was. */
export const REDACTED = 'redacted@redacted.invalid';

export interface Redactor {
  /** The event without the addresses; itself if none is in it. */
  event(e: TrackEvent): TrackEvent;
  /** False: certainly nothing in the record is to go. */
  mayTouch(record: string): boolean;
}

/** `addresses` as `fold` makes them. */
export function redactor(addresses: readonly string[]): Redactor {
  if (addresses.length === 0) return { event: (e) => e, mayTouch: () => false };
  const exact = new RegExp(addresses.map(whole).join('|'), 'giu');
  const loose = new RegExp(addresses.map(beginning).join('|'), 'iu');
  const holds = (text: string): boolean => {
    exact.lastIndex = 0;
    return exact.test(text);
  };
  const clean = (text: string): string => {
    if (!holds(text) && !(isForeign(text) && holds(fold(text)))) return text;
    const left = text.replace(exact, REDACTED);
    return isForeign(left) && holds(fold(left)) ? REDACTED : left;
  };
  return {
    event: (e) => cleaned(e, clean) as TrackEvent,
    mayTouch: (record) => loose.test(record) || (isForeign(record) && loose.test(fold(record))),
  };
}

const isForeign = (text: string): boolean => /[^\t-~]/.test(text);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** `@`, percent-encoded in a URL, or `=` in the sender of a mailing list (VERP). */
const AT = '(?:@|%40|=)';

/** The address where it is not a part of a longer one. */
function whole(address: string): string {
  const at = address.lastIndexOf('@');
  const [local, domain] = [escaped(address.slice(0, at)), escaped(address.slice(at + 1))];
  return `(?<![\\p{L}\\p{N}._-])${local}${AT}${domain}(?!\\.?[\\p{L}\\p{N}-])`;
}

/** As far as it stands in a record, where texts are escaped and a domain may be left out. */
const beginning = (address: string): string =>
  escaped(JSON.stringify(address.slice(0, address.lastIndexOf('@'))).slice(1, -1)) + AT;

/** The same with every text cleaned; what does not change stays the same object. */
function cleaned(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, old]) => [key, old, cleaned(old, clean)] as const);
  if (entries.every(([, old, now]) => old === now)) return value;
  if (Array.isArray(value)) return entries.map(([, , now]) => now);
  return Object.fromEntries(entries.map(([key, , now]) => [key, now]));
}
