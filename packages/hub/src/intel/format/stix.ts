/** CTIM and STIX 2.1, each from the other. Pure. */
import { BY_PLURAL, isoTime, type Observable } from '@sightline/ctim';
import type { Doc } from '../store.ts';
import { observablesIn, patternOf } from './pattern.ts';

/** Kinds that have the same meaning in both. */
const SAME: Record<string, string> = {
  actor: 'threat-actor',
  'attack-pattern': 'attack-pattern',
  campaign: 'campaign',
  coa: 'course-of-action',
  malware: 'malware',
  tool: 'tool',
  vulnerability: 'vulnerability',
  incident: 'incident',
};
const BACK: Record<string, string> = {
  ...Object.fromEntries(Object.entries(SAME).map(([ctim, stix]) => [stix, ctim])),
  grouping: 'indicator',
};
/** STIX 2.1, appendix A; what is not among them is not said. */
const LEVELS: Record<string, number> = { High: 85, Medium: 50, Low: 15, None: 0 };
const TLP: Record<string, string> = {
  white: 'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9',
  green: 'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da',
  amber: 'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82',
  red: 'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed',
};

const uuidOf = (doc: Doc): string => String(doc.id).slice(-36);

/**
 * STIX objects of these documents; what STIX has no place for is left out. So is an indicator of CTIM that nothing
 * belongs to: it would be a grouping of nothing, which STIX does not allow.
 */
export function stixObjects(docs: readonly Doc[]): Doc[] {
  const names = new Map<string, string>();
  const objects = docs
    .filter(({ type }) => type !== 'relationship')
    .flatMap((doc) => {
      const made = objectOf(doc);
      if (made) names.set(String(doc.id), String(made.id));
      return made ? [made] : [];
    });
  const links = docs.filter(({ type }) => type === 'relationship').flatMap((doc) => linkOf(doc, names));
  const whole = grouped(objects, links);
  return [...whole, ...sighted(docs, names, new Set(whole.map(({ id }) => id)))];
}

/**
 * STIX says of a sighting what was seen by a reference it must have: each relationship `sighting-of` to something that
 * is given out makes one. A sighting of nothing named has no form in STIX.
 */
function sighted(docs: readonly Doc[], names: Map<string, string>, there: ReadonlySet<unknown>): Doc[] {
  const sightings = new Map(docs.filter(({ type }) => type === 'sighting').map((doc) => [doc.id, doc]));
  return docs.flatMap((link) => {
    const sighting = sightings.get(link.source_ref);
    const sighting_of_ref = names.get(String(link.target_ref));
    if (!sighting || link.relationship_type !== 'sighting-of' || !there.has(sighting_of_ref)) return [];
    return [{ ...sightingOf(sighting), id: `sighting--${uuidOf(link)}`, sighting_of_ref }];
  });
}

function sightingOf(doc: Doc): Doc {
  const { start_time, end_time } = (doc.observed_time ?? {}) as Doc;
  const first = String(start_time ?? doc.created);
  const last = Math.max(Date.parse(first), Date.parse(String(end_time ?? first)));
  return {
    ...base(doc, 'sighting'),
    ...(doc.description ? { description: doc.description } : {}),
    ...confidenceOf(doc),
    first_seen: first,
    last_seen: isoTime(last),
    count: Math.min(Number(doc.count ?? 1), 999_999_999),
  };
}

/** Groupings with what they hold; those that hold nothing go, and the links to them. */
function grouped(objects: readonly Doc[], links: readonly Doc[]): Doc[] {
  const held = new Map<unknown, Set<unknown>>();
  const hold = (at: unknown, ref: unknown): void => {
    if (!String(at).startsWith('grouping--') || at === ref) return;
    held.set(at, (held.get(at) ?? new Set()).add(ref));
  };
  for (const { source_ref, target_ref } of links) {
    hold(target_ref, source_ref);
    if (!String(target_ref).startsWith('grouping--')) hold(source_ref, target_ref);
  }
  const whole = objects.flatMap((object): Doc[] => {
    if (object.type !== 'grouping') return [object];
    const refs = held.get(object.id);
    return refs ? [{ ...object, object_refs: [...refs] }] : [];
  });
  const there = new Set(whole.map(({ id }) => id));
  return [
    ...whole,
    ...links.filter(({ source_ref, target_ref }) => there.has(source_ref) && there.has(target_ref)),
  ];
}

/** STIX has no empty lists: a bundle of nothing has no `objects`. */
export function stixBundle(docs: readonly Doc[]): Doc {
  const objects = stixObjects(docs);
  const bundle = { type: 'bundle', id: `bundle--${crypto.randomUUID()}` };
  return objects.length > 0 ? { ...bundle, objects } : bundle;
}

const base = (doc: Doc, type: string): Doc => ({
  type,
  spec_version: '2.1',
  id: `${type}--${uuidOf(doc)}`,
  created: doc.created,
  modified: doc.modified,
  object_marking_refs: [TLP[String(doc.tlp)] ?? TLP.amber],
  external_references: [{ source_name: 'ctim', external_id: String(doc.id) }],
});

function objectOf(doc: Doc): Doc | undefined {
  if (doc.type === 'judgement') return indicatorOf(doc);
  if (doc.type === 'indicator') return groupOf(doc);
  const type = SAME[String(doc.type)];
  if (!type) return undefined;
  const name = String(doc.title ?? doc.short_description ?? type);
  return {
    ...base(doc, type),
    name,
    ...(doc.description ? { description: doc.description } : {}),
    ...kindsOf(doc, type),
  };
}

/** What STIX wants to know of some types beyond their names. */
function kindsOf({ labels }: Doc, type: string): Doc {
  const kinds = [labels ?? []].flat();
  const named = kinds.length > 0 ? { [`${type}_types`]: kinds } : {};
  if (type === 'malware') return { is_family: false, ...named };
  return type === 'tool' ? named : {};
}

/** A judgement is an indicator of STIX: something to look for, and what to think of it. */
function indicatorOf(doc: Doc): Doc | undefined {
  const observable = doc.observable as Observable;
  const pattern = patternOf(observable);
  const { start_time, end_time } = (doc.valid_time ?? {}) as Doc;
  if (!pattern) return undefined;
  const kinds: Record<number, string> = { 1: 'benign', 2: 'malicious-activity', 3: 'anomalous-activity' };
  return {
    ...base(doc, 'indicator'),
    name: `${doc.disposition_name}: ${observable.value}`,
    ...(doc.reason ? { description: doc.reason } : {}),
    indicator_types: [kinds[Number(doc.disposition)] ?? 'unknown'],
    pattern,
    pattern_type: 'stix',
    ...confidenceOf(doc),
    ...validOf(String(start_time ?? doc.created), end_time),
  };
}

function confidenceOf({ confidence }: Doc): Doc {
  const level = LEVELS[String(confidence)];
  return level === undefined ? {} : { confidence: level };
}

/** The end is later than the beginning, if only by a moment, for what was ended before it began. */
function validOf(valid_from: string, end: unknown): Doc {
  if (!end || String(end).startsWith('2525')) return { valid_from };
  const until = Math.max(Date.parse(String(end)), Date.parse(valid_from) + 1);
  return { valid_from, valid_until: isoTime(until) };
}

/** An indicator of CTIM is what judgements belong to. */
const groupOf = (doc: Doc): Doc => ({
  ...base(doc, 'grouping'),
  name: String(doc.title ?? doc.producer),
  ...(doc.description ? { description: doc.description } : {}),
  context: 'suspicious-activity',
});

function linkOf(doc: Doc, names: Map<string, string>): Doc[] {
  const [source_ref, target_ref] = [names.get(String(doc.source_ref)), names.get(String(doc.target_ref))];
  if (!source_ref || !target_ref) return [];
  const { object_marking_refs, ...rest } = base(doc, 'relationship');
  const relationship_type = String(doc.relationship_type)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-');
  return [{ ...rest, object_marking_refs, relationship_type, source_ref, target_ref }];
}

/** A bundle of CTIM from a bundle of STIX; relationships to what was not understood are left out. */
export function fromStix(bundle: Doc, source: string): Doc {
  const found: Record<string, Doc[]> = {};
  const known = new Map<string, string[]>();
  const put = (plural: string, doc: Doc): void => {
    found[plural] ??= [];
    found[plural].push(doc);
  };
  const objects = Array.isArray(bundle.objects) ? (bundle.objects as Doc[]) : [];
  for (const object of objects) {
    if (typeof object !== 'object' || object === null || object.type === 'relationship') continue;
    const made = object.type === 'indicator' ? judgementsOf(object, source) : entityOf(object, source);
    known.set(
      String(object.id),
      made.map(([, doc]) => String(doc.id)),
    );
    for (const [plural, doc] of made) put(plural, doc);
  }
  const linked = new Set<string>();
  for (const object of objects)
    for (const doc of linksOf(object, known)) {
      linked.add(`${doc.source_ref} ${doc.target_ref}`);
      put('relationships', doc);
    }
  for (const object of objects)
    for (const doc of membersOf(object, known))
      if (!linked.has(`${doc.source_ref} ${doc.target_ref}`)) put('relationships', doc);
  return { type: 'bundle', source, ...found };
}

const describedBy = (object: Doc): Doc => {
  const name = String(object.name ?? object.type);
  const description = String(object.description ?? name).slice(0, 5000);
  return { title: name.slice(0, 1024), description, short_description: name.slice(0, 2048) };
};

const tagged = (object: Doc, source: string, n = ''): Doc => ({
  id: `transient:${object.id}${n}`,
  external_ids: [`${object.id}${n}`],
  source,
  tlp: Object.entries(TLP).find(([, id]) => [object.object_marking_refs].flat().includes(id))?.[0],
});

function entityOf(object: Doc, source: string): [string, Doc][] {
  const name = BACK[String(object.type)];
  const plural = [...BY_PLURAL].find(([, { name: own }]) => own === name)?.[0];
  if (!name || !plural) return [];
  const labels = [object.malware_types ?? object.tool_types ?? []].flat();
  const more: Record<string, Doc> = {
    malware: { labels: labels.length > 0 ? labels : ['malware'] },
    tool: { labels: labels.length > 0 ? labels : ['tool'] },
    campaign: { campaign_type: 'STIX' },
    indicator: { producer: source },
    incident: {
      confidence: 'Unknown',
      status: 'New',
      incident_time: { opened: object.created ?? isoTime(0) },
    },
  };
  return [[plural, { ...tagged(object, source), ...describedBy(object), ...more[name] }]];
}

function judgementsOf(object: Doc, source: string): [string, Doc][] {
  const kinds = [object.indicator_types ?? []].flat().map(String);
  const disposition = kinds.includes('benign') ? 1 : kinds.includes('anomalous-activity') ? 3 : 2;
  const level = Number(object.confidence ?? 50);
  return observablesIn(String(object.pattern ?? '')).map((observable, i): [string, Doc] => [
    'judgements',
    {
      ...tagged(object, source, i === 0 ? '' : `#${i}`),
      observable,
      disposition,
      priority: 90,
      confidence: level >= 70 ? 'High' : level >= 30 ? 'Medium' : 'Low',
      severity: 'Unknown',
      ...(object.description || object.name
        ? { reason: String(object.description ?? object.name).slice(0, 1024) }
        : {}),
      valid_time: {
        ...(object.valid_from ? { start_time: object.valid_from } : {}),
        ...(object.valid_until ? { end_time: object.valid_until } : {}),
      },
    },
  ]);
}

function linksOf(object: Doc, known: Map<string, string[]>): Doc[] {
  if (object?.type !== 'relationship') return [];
  const [source_ref] = known.get(String(object.source_ref)) ?? [];
  const [target_ref] = known.get(String(object.target_ref)) ?? [];
  if (!source_ref || !target_ref) return [];
  const { relationship_type = 'related-to' } = object;
  return [{ ...tagged(object, 'STIX'), relationship_type, source_ref, target_ref }];
}

/** What a grouping holds belongs to the indicator that it becomes. */
function membersOf(object: Doc, known: Map<string, string[]>): Doc[] {
  const [target_ref] = (object?.type === 'grouping' && known.get(String(object.id))) || [];
  if (!target_ref) return [];
  return [object.object_refs ?? []]
    .flat()
    .flatMap((ref) => known.get(String(ref)) ?? [])
    .filter((source_ref) => source_ref !== target_ref)
    .map((source_ref, i) => ({
      ...tagged(object, 'STIX', `#member${i}`),
      relationship_type: 'element-of',
      source_ref,
      target_ref,
    }));
}
