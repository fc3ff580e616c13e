/** What a message can be looked up by: the values of each key, made comparable. */
import type { KeyValue, LookupKey, TrackRow } from '@sightline/api';
import { foldIp, inNetwork, ipBytes, type Network, network } from './ip.ts';
import { domainOf, fold, foldDomain, foldMessageId, foldUrl, hostOf } from './text.ts';

const hexOf = (hex: string): string => hex.trim().toLowerCase();

/** The form in which values of a key are compared. */
export const comparable: Record<LookupKey, (value: string) => string> = {
  mid: (v) => v.trim(),
  ip: foldIp,
  domain: foldDomain,
  address: (v) => fold(v.trim().replace(/^<|>$/g, '')),
  subject: fold,
  message_id: foldMessageId,
  sha256: hexOf,
  file_name: fold,
  url: foldUrl,
  md5: hexOf,
  sha1: hexOf,
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
  md5: (r) => r.attachments.map((a) => a.md5 ?? ''),
  sha1: (r) => r.attachments.map((a) => a.sha1 ?? ''),
};

/** Whom the message says it is from. */
const peers = (row: TrackRow): string[] => [row.sender, ...row.headerFrom, ...row.replyTo];

/** The network that is asked for, where it is more than one address. */
export function networkOf({ key, value }: KeyValue): Network | undefined {
  const net = key === 'ip' ? network(value) : undefined;
  return net && net.bits < 128 ? net : undefined;
}

/** Whether a row has the value under the key. */
export function hasKey(row: TrackRow, asked: KeyValue): boolean {
  const net = networkOf(asked);
  if (net) return isIn(ipBytes(row.ip), net);
  const wanted = comparable[asked.key](asked.value);
  if (wanted === '') return false;
  const values = valuesOf[asked.key](row);
  return (
    values.includes(wanted) || (asked.subdomains === true && values.some((v) => v.endsWith(`.${wanted}`)))
  );
}

const isIn = (address: Uint8Array | undefined, net: Network): boolean =>
  address !== undefined && inNetwork(address, net);
