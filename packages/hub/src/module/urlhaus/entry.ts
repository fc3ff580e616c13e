/** Answers of URLhaus (API v1: url, host, payload) to CTIM. Pure. */
import { type Disposition, normalise, type Observable, type ObservedRelation } from '@sightline/ctim';
import { z } from 'zod';
import { indicator, judgement, relationship, type Speaker, sighting, verdict } from '../entity.ts';

const text = z.string().nullish();
const Payload = z.looseObject({
  filename: text,
  firstseen: text,
  response_sha256: text,
  signature: text,
});
const Listed = z.looseObject({
  url: z.string(),
  url_status: text,
  urlhaus_reference: text,
  date_added: text,
  threat: text,
  firstseen: text,
  filename: text,
  tags: z.array(z.string()).nullish(),
});
export const Entry = z.looseObject({
  query_status: z.string(),
  urlhaus_reference: text,
  url: text,
  url_status: text,
  date_added: text,
  firstseen: text,
  lastseen: text,
  last_online: text,
  threat: text,
  signature: text,
  tags: z.array(z.string()).nullish(),
  payloads: z.array(Payload).nullish(),
  urls: z.array(Listed).nullish(),
});
export type Entry = z.infer<typeof Entry>;

/** Files, and URLs, of one entry that are related. */
const MOST = 100;

/** `2019-01-19 01:33:26 UTC` or `2019-01-19` in epoch milliseconds. */
export function timeOf(given: string | null | undefined, now: number): number {
  const [, day, clock = '00:00:00'] = /^(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d))?/.exec(given ?? '') ?? [];
  const ms = Date.parse(`${day}T${clock}Z`);
  return Number.isNaN(ms) ? now : ms;
}

/** The call and the form field by which URLhaus is asked for an observable. */
export function questionOf({
  type,
  value,
}: Observable): { path: string; form: Record<string, string> } | undefined {
  if (type === 'url') return { path: '/url/', form: { url: value } };
  if (type === 'domain' || type === 'ip') return { path: '/host/', form: { host: value } };
  if (type === 'md5') return { path: '/payload/', form: { md5_hash: value } };
  return type === 'sha256' ? { path: '/payload/', form: { sha256_hash: value } } : undefined;
}

const isHost = ({ type }: Observable): boolean => type === 'domain' || type === 'ip';

function dispositionOf(entry: Entry, observable: Observable): Disposition {
  if (!isHost(observable)) return 2;
  return (entry.urls ?? []).some((one) => one.url_status === 'online') ? 2 : 3;
}

export const pageOf = ({ value }: Observable): string =>
  `https://urlhaus.abuse.ch/browse.php?search=${encodeURIComponent(value)}`;

export function entitiesOf(
  entry: Entry,
  { observable, speaker, now }: { observable: Observable; speaker: Speaker; now: number },
): Record<string, unknown[]> {
  const link = entry.urlhaus_reference ?? pageOf(observable);
  const from = timeOf(entry.date_added ?? entry.firstseen, now);
  const to = timeOf(entry.last_online ?? entry.lastseen, from);
  const names = [
    ...new Set([entry.threat, entry.signature, ...tagsOf(entry)].filter((one) => !!one)),
  ] as string[];
  const reason = reasonOf(entry, observable);
  const opinion = judgement(speaker, {
    observable,
    disposition: dispositionOf(entry, observable),
    reason,
    link,
    at: Math.max(from, to),
    confidence: 'High',
  });
  const seen = sighting(speaker, {
    key: [observable.type, observable.value],
    title: 'Listed by URLhaus',
    description: reason,
    observables: [observable],
    from,
    to,
    link,
    internal: false,
    confidence: 'High',
    severity: opinion.severity,
    more: { relations: relationsOf(entry, observable, speaker.source) },
  });
  const known = names.map((name) =>
    indicator(speaker, {
      key: [name],
      title: name,
      from,
      tags: [name],
      indicator_type: [kindOf(observable)],
    }),
  );
  const relationships = known.flatMap((one) => [
    relationship(speaker, 'sighting-of', seen, one),
    relationship(speaker, 'based-on', opinion, one),
  ]);
  return {
    verdicts: [verdict(opinion)],
    judgements: [opinion],
    sightings: [seen],
    indicators: known,
    relationships,
  };
}

const tagsOf = (entry: Entry): string[] => [
  ...(entry.tags ?? []),
  ...(entry.urls ?? []).flatMap((one) => one.tags ?? []),
  ...(entry.payloads ?? []).flatMap((one) => (one.signature ? [one.signature] : [])),
];

const kindOf = ({ type }: Observable) =>
  type === 'url'
    ? ('URL Watchlist' as const)
    : type === 'domain'
      ? ('Domain Watchlist' as const)
      : type === 'ip'
        ? ('IP Watchlist' as const)
        : ('File Hash Watchlist' as const);

function reasonOf(entry: Entry, observable: Observable): string {
  const urls = entry.urls?.length ?? 0;
  if (isHost(observable)) {
    const online = (entry.urls ?? []).filter((one) => one.url_status === 'online').length;
    return `${urls} URLs of this host are listed, ${online} of them online`;
  }
  if (observable.type === 'url')
    return `Listed for ${entry.threat ?? 'malware'}, ${entry.url_status ?? 'unknown'} now`;
  return `Spread from ${urls} listed URLs${entry.signature ? ` as ${entry.signature}` : ''}`;
}

/** Which files came from which URLs. */
function relationsOf(entry: Entry, observable: Observable, origin: string): ObservedRelation[] {
  const relation = (source: Observable, name: string, related: Observable) => ({
    origin,
    relation: name,
    source,
    related,
  });
  const url = (value: string): Observable => normalise({ type: 'url', value });
  const files = (entry.payloads ?? []).slice(0, MOST).flatMap((one) => {
    if (!one.response_sha256) return [];
    const file: Observable = { type: 'sha256', value: one.response_sha256 };
    const name = one.filename
      ? [relation({ type: 'file_name', value: one.filename }, 'File_Name_Of', file)]
      : [];
    return [relation(file, 'Downloaded_From', observable), ...name];
  });
  const urls = (entry.urls ?? [])
    .slice(0, MOST)
    .map((one) =>
      isHost(observable)
        ? relation(url(one.url), 'Contains', observable)
        : relation(observable, 'Downloaded_From', url(one.url)),
    );
  return [...files, ...urls];
}
