/** Attributes of MISP (answer of restSearch) to CTIM. Pure. */
import { type Observable, type ObservableType, observableKey } from '@sightline/ctim';
import { z } from 'zod';
import { indicator, judgement, relationship, type Speaker, sighting, verdict } from '../entity.ts';

const number = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);
const Tag = z.looseObject({ name: z.string() });
const Attribute = z.looseObject({
  id: z.union([z.string(), z.number()]).transform(String),
  type: z.string(),
  category: z.string().default(''),
  value: z.string(),
  to_ids: z.boolean().default(false),
  /** Epoch seconds. */
  timestamp: number.optional(),
  first_seen: z.iso.datetime({ offset: true }).nullish().catch(undefined),
  last_seen: z.iso.datetime({ offset: true }).nullish().catch(undefined),
  comment: z.string().nullish(),
  Event: z
    .looseObject({
      id: z.union([z.string(), z.number()]).transform(String),
      info: z.string().default(''),
      threat_level_id: z.union([z.string(), z.number()]).transform(String).optional(),
    })
    .optional(),
  Tag: z.array(Tag).default([]),
});
export type Attribute = z.infer<typeof Attribute>;
export const Attributes = z.looseObject({
  response: z.looseObject({ Attribute: z.array(Attribute).default([]) }),
});

/** Types of attributes in which an observable can be found; composite ones hold it before or behind a bar. */
const TYPES: Partial<Record<ObservableType, readonly string[]>> = {
  ip: ['ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port', 'domain|ip'],
  ipv6: ['ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port', 'domain|ip'],
  domain: ['domain', 'hostname', 'domain|ip', 'hostname|port'],
  hostname: ['hostname', 'domain', 'hostname|port'],
  url: ['url', 'uri', 'link'],
  email: ['email', 'email-src', 'email-dst', 'email-reply-to'],
  email_subject: ['email-subject'],
  email_messageid: ['email-message-id'],
  file_name: ['filename', 'email-attachment', 'filename|md5', 'filename|sha1', 'filename|sha256'],
  md5: ['md5', 'filename|md5'],
  sha1: ['sha1', 'filename|sha1'],
  sha256: ['sha256', 'filename|sha256'],
  mutex: ['mutex'],
  user_agent: ['user-agent'],
  mac_address: ['mac-address'],
  registry_key: ['regkey', 'regkey|value'],
};
export const SEARCHED = Object.keys(TYPES) as ObservableType[];

/** Types of attributes that these observables can be in. */
export const typesFor = (observables: readonly Observable[]): string[] => [
  ...new Set(observables.flatMap(({ type }) => TYPES[type] ?? [])),
];

/** The observables that an attribute holds. */
function heldBy(attribute: Attribute, asked: readonly Observable[]): Observable[] {
  const parts = new Set([attribute.value, ...attribute.value.split('|')].map((one) => one.toLowerCase()));
  return asked.filter(
    ({ type, value }) => TYPES[type]?.includes(attribute.type) && parts.has(value.toLowerCase()),
  );
}

interface About {
  speaker: Speaker;
  /** Address of the instance, without a slash at its end. */
  base: string;
  now: number;
}

const linkOf = ({ base }: About, { Event }: Attribute): string =>
  Event ? `${base}/events/view/${encodeURIComponent(Event.id)}` : base;

export function entitiesOf(
  attributes: readonly Attribute[],
  asked: readonly Observable[],
  about: About,
): Record<string, unknown[]> {
  const all = attributes.flatMap((attribute) => {
    const held = heldBy(attribute, asked);
    return held.length > 0 ? [ofAttribute(attribute, held, about)] : [];
  });
  const verdicts = new Map(
    all.flatMap((one) => one.verdicts).map((one) => [observableKey(one.observable), one]),
  );
  return {
    verdicts: [...verdicts.values()],
    judgements: all.flatMap((one) => one.judgements),
    sightings: all.map((one) => one.seen),
    indicators: [...new Map(all.flatMap((one) => one.indicators).map((one) => [one.id, one])).values()],
    relationships: all.flatMap((one) => one.relationships),
  };
}

function ofAttribute(attribute: Attribute, held: Observable[], about: About) {
  const { speaker, now } = about;
  const at = attribute.timestamp === undefined ? now : attribute.timestamp * 1000;
  const seen = sighting(speaker, {
    key: [attribute.id],
    title: `${attribute.type} in MISP${attribute.Event ? `: ${attribute.Event.info}` : ''}`,
    description: attribute.comment || `${attribute.category}, attribute ${attribute.id}`,
    observables: held,
    from: attribute.first_seen ? Date.parse(attribute.first_seen) : at,
    to: attribute.last_seen ? Date.parse(attribute.last_seen) : at,
    link: linkOf(about, attribute),
    internal: false,
  });
  const judgements = attribute.to_ids ? held.map((one) => judged(attribute, one, about, at)) : [];
  const indicators = attribute.Event ? [ofEvent(attribute, about, at)] : [];
  const relationships = indicators.flatMap((one) => [
    relationship(speaker, 'sighting-of', seen, one),
    ...judgements.map((opinion) => relationship(speaker, 'based-on', opinion, one)),
  ]);
  return { seen, judgements, indicators, relationships, verdicts: judgements.map(verdict) };
}

/** Threat levels of events: 1 high, 2 medium, 3 low, 4 undefined. */
const SEVERITIES: Record<string, 'High' | 'Medium' | 'Low'> = { 1: 'High', 2: 'Medium', 3: 'Low' };

const judged = (attribute: Attribute, observable: Observable, about: About, at: number) =>
  judgement(about.speaker, {
    observable,
    disposition: 2,
    reason: `Marked for detection in MISP event ${attribute.Event?.id ?? ''}: ${attribute.Event?.info ?? ''}`,
    link: linkOf(about, attribute),
    severity: SEVERITIES[attribute.Event?.threat_level_id ?? ''] ?? 'Unknown',
    at,
    hours: 24 * 365,
  });

const ofEvent = (attribute: Attribute, about: About, from: number) =>
  indicator(about.speaker, {
    key: [attribute.Event?.id ?? ''],
    title: attribute.Event?.info || `MISP event ${attribute.Event?.id}`,
    from,
    link: linkOf(about, attribute),
    tags: attribute.Tag.map((tag) => tag.name),
    severity: SEVERITIES[attribute.Event?.threat_level_id ?? ''] ?? 'Unknown',
  });
