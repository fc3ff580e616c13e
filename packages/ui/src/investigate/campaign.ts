/** Messages that belong together: the same form of subject, sender, file or link. Pure. */
import { type Observable, observableKey, type Sighting } from '@sightline/ctim';
import { counted, type SightingRow, stateOf } from './facts.ts';

/** What the messages of a campaign share. */
export interface Trait {
  kind: 'subject' | 'sender' | 'file' | 'host';
  /** As it is shown. */
  value: string;
  /** Messages that have it. */
  messages: number;
}

const TYPES = { subject: 'email_subject', sender: 'email', file: 'sha256', host: 'domain' } as const;
export const observableOf = ({ kind, value }: Trait): Observable => ({ type: TYPES[kind], value });

export interface Campaign {
  /** That of its first sighting. */
  id: string;
  /** The most frequent subject, as it arrived. */
  subject: string;
  sightings: SightingRow[];
  recipients: number;
  /** Messages by last state, most first. */
  states: [state: string, messages: number][];
  traits: Trait[];
  first: number;
  last: number;
}

/** Messages that a campaign has at least. */
const LEAST = 3;
/** `RE: Invoice 88214 due` and `Invoice 9 due` have the same form. */
export const subjectForm = (subject: string): string =>
  subject
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^(?:\s*(?:re|fwd?|aw|wg|sv|tr|antw)(?:\[\d+\])?\s*:)+/u, '')
    .replace(/[0-9][0-9.,/-]*/g, '#')
    .replace(/\s+/g, ' ')
    .trim();

interface Message {
  row: SightingRow;
  subject: string;
  traits: { kind: Trait['kind']; key: string; value: string }[];
}

/** Campaigns, largest first. Sightings that are not of a message, and single messages, are in none. */
export function campaigns(rows: readonly SightingRow[]): Campaign[] {
  const messages = rows.flatMap(messageOf);
  const byTrait = Map.groupBy(
    messages.flatMap((message) => message.traits.map((trait) => ({ message, trait }))),
    ({ trait }) => `${trait.kind}:${trait.key}`,
  );
  const union = unions(messages.length);
  const place = new Map(messages.map((m, i) => [m, i]));
  for (const holders of byTrait.values()) {
    const all = [...new Set(holders.map(({ message }) => place.get(message) as number))];
    for (const i of all) union.join(all[0] as number, i);
  }
  const groups = Map.groupBy(messages, (m) => union.root(place.get(m) as number));
  return [...groups.values()]
    .filter((group) => group.length >= LEAST)
    .map(campaignOf)
    .sort((a, b) => b.sightings.length - a.sightings.length);
}

function unions(n: number): { root(i: number): number; join(a: number, b: number): void } {
  const parent = Array.from({ length: n }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  };
  const join = (a: number, b: number): void => {
    parent[root(a)] = root(b);
  };
  return { root, join };
}

/** The message that a sighting is of: it names a MID. */
function messageOf(row: SightingRow): Message[] {
  const all = observablesOf(row.sighting);
  if (!all.some((o) => o.type === 'cisco_mid')) return [];
  const subjects = all.filter((o) => o.type === 'email_subject');
  const traits: Message['traits'] = [];
  for (const { value } of subjects) {
    const form = subjectForm(value);
    if (form.length > 3) traits.push({ kind: 'subject', key: form, value });
  }
  for (const value of sendersOf(row.sighting)) traits.push({ kind: 'sender', key: value, value });
  for (const { type, value } of all) {
    if (type === 'sha256') traits.push({ kind: 'file', key: value, value });
    const host = type === 'url' ? hostOf(value) : '';
    if (host) traits.push({ kind: 'host', key: host, value: host });
  }
  return [{ row, subject: subjects[0]?.value ?? '', traits }];
}

function observablesOf(sighting: Sighting): Observable[] {
  const all = [
    ...(sighting.observables ?? []),
    ...(sighting.relations ?? []).flatMap((r) => [r.source, r.related]),
  ];
  return [...new Map(all.map((o) => [observableKey(o), o])).values()];
}

const sendersOf = (sighting: Sighting): string[] => [
  ...new Set(
    (sighting.relations ?? [])
      .filter((r) => r.source.type === 'email' && (r.relation === 'Sent' || r.relation === 'Sent_From'))
      .map((r) => r.source.value),
  ),
];

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');

function campaignOf(group: Message[]): Campaign {
  const rows = group.map((m) => m.row);
  const times = rows.map((row) => row.at);
  const recipients = new Set(
    rows.flatMap((row) => row.sighting.targets?.flatMap((t) => t.observables.map(observableKey)) ?? []),
  );
  return {
    id: rows[0]?.id ?? '',
    subject: mostFrequent(group.map((m) => m.subject)),
    sightings: rows,
    recipients: recipients.size,
    states: counted(rows.map((row) => stateOf(row.sighting))),
    traits: shared(group),
    first: Math.min(...times),
    last: Math.max(...times),
  };
}

/** What at least half of them have in common. */
function shared(group: Message[]): Trait[] {
  const all = group.flatMap((m) => [...new Map(m.traits.map((t) => [`${t.kind}:${t.key}`, t])).values()]);
  return [...Map.groupBy(all, (t) => `${t.kind}:${t.key}`).values()]
    .map((same) => ({ kind: same[0]?.kind ?? 'subject', value: same[0]?.value ?? '', messages: same.length }))
    .filter((trait) => trait.messages * 2 >= group.length)
    .sort((a, b) => b.messages - a.messages)
    .slice(0, 6);
}

const mostFrequent = (texts: string[]): string => counted(texts)[0]?.[0] ?? '';
