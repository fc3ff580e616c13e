/** What a message can be looked up by: the values of each key, made comparable. */
import type { LookupKey, TrackRow } from '@sightline/api';
import { foldIp } from './ip.ts';
import { domainOf, fold, foldDomain, foldMessageId, foldUrl, hostOf } from './text.ts';

/** The form in which values of a key are compared. */
export const comparable: Record<LookupKey, (value: string) => string> = {
  mid: (v) => v.trim(),
  ip: foldIp,
  domain: foldDomain,
  address: (v) => fold(v.trim().replace(/^<|>$/g, '')),
  subject: fold,
  message_id: foldMessageId,
  sha256: (v) => v.trim().toLowerCase(),
  file_name: fold,
  url: foldUrl,
};

/** All comparable values of a row under a key; '' never counts, a value may come twice. */
export const valuesOf: Record<LookupKey, (row: TrackRow) => string[]> = {
  mid: (r) => [String(r.mid)],
  ip: (r) => [foldIp(r.ip)],
  domain: (r) => [
    ...peers(r).map(domainOf),
    ...(r.direction === 'outgoing' ? r.recipients.map((to) => domainOf(to.address)) : []),
    ...r.urls.map(hostOf),
  ],
  address: (r) => [...peers(r), ...r.recipients.map((to) => to.address)].map(fold),
  subject: (r) => [fold(r.subject)],
  message_id: (r) => [foldMessageId(r.messageId)],
  sha256: (r) => r.attachments.map((a) => a.sha256),
  file_name: (r) => r.attachments.map((a) => fold(a.name)),
  url: (r) => r.urls.map(foldUrl),
};

/** Whom the message says it is from. */
const peers = (row: TrackRow): string[] => [row.sender, ...row.headerFrom, ...row.replyTo];

/** Whether a row has the value under the key. */
export function hasKey(row: TrackRow, key: LookupKey, value: string): boolean {
  const wanted = comparable[key](value);
  return wanted !== '' && valuesOf[key](row).includes(wanted);
}
