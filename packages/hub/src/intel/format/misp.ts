/** CTIM and the JSON of MISP events, each from the other. Pure. */
import type { Observable } from '@sightline/ctim';
import type { Doc } from '../store.ts';

type Type = Observable['type'];

/** Types of attributes that are one observable. */
const TYPES: Record<string, Type> = {
  ip: 'ip',
  'ip-src': 'ip',
  'ip-dst': 'ip',
  domain: 'domain',
  hostname: 'hostname',
  url: 'url',
  uri: 'url',
  md5: 'md5',
  sha1: 'sha1',
  sha256: 'sha256',
  filename: 'file_name',
  'email-src': 'email',
  'email-dst': 'email',
  email: 'email',
  'email-subject': 'email_subject',
  'email-message-id': 'email_messageid',
  'email-attachment': 'file_name',
  'mac-address': 'mac_address',
  mutex: 'mutex',
  regkey: 'registry_key',
  'user-agent': 'user_agent',
};
const NAMES: Partial<Record<Type, [type: string, category: string]>> = {
  ip: ['ip-dst', 'Network activity'],
  ipv6: ['ip-dst', 'Network activity'],
  domain: ['domain', 'Network activity'],
  hostname: ['hostname', 'Network activity'],
  url: ['url', 'Network activity'],
  md5: ['md5', 'Payload delivery'],
  sha1: ['sha1', 'Payload delivery'],
  sha256: ['sha256', 'Payload delivery'],
  file_name: ['filename', 'Payload delivery'],
  email: ['email-src', 'Payload delivery'],
  email_subject: ['email-subject', 'Payload delivery'],
  email_messageid: ['email-message-id', 'Payload delivery'],
  mac_address: ['mac-address', 'Network activity'],
  mutex: ['mutex', 'Artifacts dropped'],
  registry_key: ['regkey', 'Artifacts dropped'],
  user_agent: ['user-agent', 'Network activity'],
};
const THREAT: Record<string, string> = { '1': 'High', '2': 'Medium', '3': 'Low' };

/** An indicator for the event, and a judgement for each attribute that is meant for detection. */
export function fromMisp(given: Doc, source: string): Doc {
  const event = (given.Event ?? given) as Doc;
  const attributes = [
    ...list(event.Attribute),
    ...list(event.Object).flatMap((object) => list(object.Attribute)),
  ];
  const id = `transient:misp-${event.uuid ?? event.id ?? 'event'}`;
  const severity = THREAT[String(event.threat_level_id)] ?? 'Unknown';
  const info = String(event.info ?? 'MISP event');
  const indicator = {
    id,
    external_ids: [`misp-event-${event.uuid ?? event.id}`],
    title: info.slice(0, 1024),
    source,
    producer: String((event.Orgc as Doc | undefined)?.name ?? source).slice(0, 1024),
    severity,
    tags: list(event.Tag).map((tag) => String(tag.name).slice(0, 1024)),
  };
  const judgements = attributes.flatMap((one) => judgementOf(one, { source, severity, info }));
  const relationships = judgements.map((one) => ({
    external_ids: [`${one.external_ids}-element-of`],
    relationship_type: 'element-of',
    source_ref: one.id,
    target_ref: id,
  }));
  return { type: 'bundle', source, indicators: [indicator], judgements, relationships };
}

const list = (value: unknown): Doc[] => (Array.isArray(value) ? (value as Doc[]) : []);

function judgementOf(
  one: Doc,
  { source, severity, info }: Record<'source' | 'severity' | 'info', string>,
): Doc[] {
  if (one?.to_ids === false || one?.deleted === true) return [];
  const named = String(one.type).split('|');
  const values = String(one.value).split('|');
  return named.flatMap((name, i): Doc[] => {
    const value = (values[i] ?? '').trim();
    const type = name.startsWith('ip-') && value.includes(':') ? 'ipv6' : TYPES[name];
    if (!type || value === '') return [];
    const key = `misp-attribute-${one.uuid ?? `${name}-${value}`}${i === 0 ? '' : `-${i}`}`;
    return [
      {
        id: `transient:${key}`,
        external_ids: [key],
        source,
        observable: { type, value },
        disposition: 2,
        priority: 90,
        confidence: 'Medium',
        severity,
        reason: String(one.comment || info).slice(0, 1024),
      },
    ];
  });
}

/** One event with an attribute for each judgement. */
export function mispEvent(docs: readonly Doc[], info: string): Doc {
  const attributes = docs.filter(({ type }) => type === 'judgement').flatMap(attributeOf);
  return {
    Event: {
      uuid: crypto.randomUUID(),
      info,
      date: new Date().toISOString().slice(0, 10),
      threat_level_id: '4',
      analysis: '2',
      distribution: '0',
      published: false,
      Attribute: attributes,
    },
  };
}

function attributeOf(doc: Doc): Doc[] {
  const { type, value } = doc.observable as Observable;
  const [name, category] = NAMES[type] ?? [];
  if (!name) return [];
  const at = Math.floor(Date.parse(String(doc.created)) / 1000);
  return [
    {
      uuid: String(doc.id).slice(-36),
      type: name,
      category,
      value,
      to_ids: doc.disposition === 2 || doc.disposition === 3,
      comment: doc.reason ?? '',
      timestamp: String(at),
    },
  ];
}
