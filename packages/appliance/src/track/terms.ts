/** What of a message goes into the indexes of a segment. */
import type { LookupKey, MessageEvent, State, TrackRow } from '@sightline/api';
import type { Hash, Hasher } from './hash.ts';
import { foldIp } from './ip.ts';
import { valuesOf } from './keys.ts';
import { fold } from './text.ts';

/** Number of a key in hashes. Never renumbered. */
export const KIND: Record<LookupKey, number> = {
  mid: 0,
  ip: 1,
  domain: 2,
  address: 3,
  subject: 4,
  message_id: 5,
  sha256: 6,
  file_name: 7,
  url: 8,
  md5: 9,
  sha1: 10,
};

export const KEYS = Object.keys(KIND) as LookupKey[];

/** What a message is found by, each once. */
export function hashesOf(row: TrackRow, hash: Hasher): Set<Hash> {
  const hashes = new Set<Hash>();
  for (const key of KEYS)
    for (const value of valuesOf[key](row)) if (value !== '') hashes.add(hash(KIND[key], value));
  return hashes;
}

/** Keys that have hashes of their own; those of the others are made from the strings of their field. */
export const HASHED = [
  'mid',
  'address',
  'message_id',
  'sha256',
  'url',
  'md5',
  'sha1',
] as const satisfies LookupKey[];

/** `mail.example.com` as `com.example.mail.`: a domain and all below it stand together. */
export const reversed = (domain: string): string =>
  domain === '' ? '' : `${domain.split('.').reverse().join('.')}.`;

/** The domain again. */
export const unreversed = (text: string): string => text.slice(0, -1).split('.').reverse().join('.');

/** A field with sorted strings: its values, the key that shares its postings, whether `contains` is asked of it. */
interface Field {
  values: (row: TrackRow) => string[];
  key?: LookupKey;
  /** The key's value, where the string is another form of it. */
  keyText?: (text: string) => string;
  contains: boolean;
}

export const FIELDS = {
  sender: { values: (r) => [fold(r.sender)], contains: true },
  recipient: { values: (r) => r.recipients.map((to) => fold(to.address)), contains: true },
  subject: { values: valuesOf.subject, key: 'subject', contains: true },
  attachment: { values: valuesOf.file_name, key: 'file_name', contains: true },
  ip: { values: (r) => [foldIp(r.ip)], key: 'ip', contains: false },
  domain: {
    values: (r) => valuesOf.domain(r).map(reversed),
    key: 'domain',
    keyText: unreversed,
    contains: false,
  },
} as const satisfies Record<string, Field>;
export type FieldName = keyof typeof FIELDS;
export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];
/** As `FIELDS`, without the precise types. */
export const fieldOf = (name: FieldName): Field => FIELDS[name];

/** Facts of a row as bits, so that searches for them need no record. Bits are never renumbered. */
export function flagsOf(row: TrackRow): number {
  let flags = row.direction === 'outgoing' ? FLAG.outgoing : FLAG.incoming;
  if (row.sender !== '') flags |= FLAG.sender;
  if (row.recipients.some((r) => r.address !== '')) flags |= FLAG.recipient;
  if (row.subject !== '') flags |= FLAG.subject;
  if (row.attachments.some((a) => a.name !== '')) flags |= FLAG.attachment;
  for (const r of row.recipients) flags |= stateFlag(r.state);
  for (const e of row.events ?? []) flags |= eventFlag(e);
  return (flags | stateFlag(row.state)) >>> 0;
}

export const FLAG = { incoming: 1, outgoing: 2, sender: 4, recipient: 8, subject: 16, attachment: 32 };

/** Bit of a state. Never renumbered. */
const STATE_BIT: Record<State, number> = {
  processing: 8,
  queued: 9,
  deferred: 10,
  delivered: 11,
  bounced: 12,
  quarantined: 13,
  released: 14,
  dropped: 15,
  rejected: 16,
  aborted: 17,
  held: 18,
};

export const stateFlag = (state: State): number => 1 << STATE_BIT[state];

/** Bit of an event. Never renumbered; all 32 are taken. */
const EVENT_BIT: Record<MessageEvent, number> = {
  blocklisted: 6,
  unauthenticated: 7,
  delivered: 19,
  deferred: 20,
  bounced: 21,
  quarantined: 22,
  held: 23,
  released: 24,
  dropped: 25,
  rejected: 26,
  spam: 27,
  suspect_spam: 28,
  virus: 29,
  malicious_file: 30,
  malicious_url: 31,
};

export const eventFlag = (event: MessageEvent): number => 1 << EVENT_BIT[event];
