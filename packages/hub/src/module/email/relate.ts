/** Relations between the attributes of a message (names from CTIM's open vocabulary). */
import type { Attachment, TrackRow } from '@sightline/api';
import {
  canonicalEmail,
  normalise,
  type Observable,
  type ObservableType,
  type ObservedRelation,
  observableKey,
  parseUrl,
} from '@sightline/ctim';

/** Most links, and most attachments, of one message that are related; those asked about come first. */
const MAX_PARTS = 100;

const observable = (type: ObservableType, value: string): Observable | undefined =>
  value === '' ? undefined : normalise({ type, value });

type Pair = [source: Observable | undefined, relation: string, related: Observable | undefined];

/** Envelope sender, then those of the From header that differ; in canonical form, without empty ones. */
export const sendersOf = (row: TrackRow): Observable[] => {
  const all = [row.sender, ...row.headerFrom]
    .map((a) => observable('email', a))
    .filter((o) => o !== undefined);
  return [...new Map(all.map((o) => [o.value, o])).values()];
};

const domainOf = (email: Observable): Observable | undefined =>
  observable('domain', canonicalEmail(email.value)?.replace(/^.*@/s, '') ?? '');

const ofSender = (row: TrackRow, mid: Observable, subject: Observable | undefined): Pair[] => {
  const senders = sendersOf(row);
  const named = senders.flatMap((s): Pair[] => [
    subject ? [s, 'Sent', subject] : [s, 'Related_To', mid],
    [s, 'Related_To', domainOf(s)],
  ]);
  return [...named, [senders[0], 'Sent_From', observable('ip', row.ip)]];
};

/** MD5 and SHA-1 tell nothing beside the SHA-256, so they are there only when they were asked about. */
const ofAttachment = (
  mid: Observable,
  { name, sha256, md5 = '', sha1 = '' }: Attachment,
  asked: ReadonlySet<string>,
): Pair[] => {
  const hash = observable('sha256', sha256);
  const file = observable('file_name', name);
  return [
    [hash, 'Attached_To', mid],
    [file, 'Attached_To', mid],
    [file, 'File_Name_Of', hash],
    [asked.has(md5) ? observable('md5', md5) : undefined, 'Attached_To', mid],
    [asked.has(sha1) ? observable('sha1', sha1) : undefined, 'Attached_To', mid],
  ];
};

const ofUrl = (mid: Observable, text: string): Pair[] => {
  const url = observable('url', text);
  return [
    [mid, 'Refers_To', url],
    [url, 'Contains', parseUrl(text)?.names],
  ];
};

/** Recipients are targets of incoming mail; of outgoing mail they are strangers that it went to. */
const ofRecipients = (row: TrackRow, mid: Observable): Pair[] =>
  row.direction === 'incoming'
    ? []
    : row.recipients.map((r): Pair => [mid, 'Sent_To', observable('email', r.address)]);

const firstAsked = <T>(parts: T[], asked: ReadonlySet<string>, values: (part: T) => string[]): T[] => {
  const rank = (part: T): number => (values(part).some((v) => asked.has(v.toLowerCase())) ? 0 : 1);
  return parts.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_PARTS);
};

const pairs = (row: TrackRow, asked: ReadonlySet<string>): Pair[] => {
  const mid: Observable = { type: 'cisco_mid', value: String(row.mid) };
  const subject = observable('email_subject', row.subject);
  return [
    ...ofSender(row, mid, subject),
    [mid, 'Related_To', subject],
    [observable('email_messageid', row.messageId), 'Related_To', mid],
    ...ofRecipients(row, mid),
    ...firstAsked(row.attachments, asked, (a) => [a.name, a.sha256, a.md5 ?? '', a.sha1 ?? '']).flatMap((a) =>
      ofAttachment(mid, a, asked),
    ),
    ...firstAsked(row.urls, asked, (u) => [u]).flatMap((u) => ofUrl(mid, u)),
  ];
};

/** Every relation of a message once. `asked` are the values of the observables that it was found by. */
export const relationsOf = (
  row: TrackRow,
  origin: string,
  asked: readonly Observable[],
): ObservedRelation[] => {
  const found = new Map<string, ObservedRelation>();
  for (const [source, relation, related] of pairs(row, new Set(asked.map((o) => o.value.toLowerCase())))) {
    if (!source || !related) continue;
    const key = `${observableKey(source)}\n${relation}\n${observableKey(related)}`;
    found.set(key, { origin, relation, source, related });
  }
  return [...found.values()];
};
