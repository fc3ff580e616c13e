/**
 * One message's events folded into what is known of it. Events may come late, twice or in any order: what counts
 * is when they happened (`at`), then their number (`seq`).
 */
import type { Details, MessageEvent, Recipient, State, Step, TrackEvent, TrackRow } from '@sightline/api';
import { eventOf } from './happened.ts';
import { type AddressOf, lastSentence, sentences } from './sentence.ts';

/** The appliance that a row comes from. */
export interface Source {
  host: string;
  serial: string;
}

type EventOf<T extends TrackEvent['type']> = Extract<TrackEvent, { type: T }>;

/** By time, then number; each number once. */
export function inOrder(events: readonly TrackEvent[]): TrackEvent[] {
  const sorted = events.toSorted((a, b) => a.at - b.at || a.seq - b.seq);
  const seen = new Set<number>();
  return sorted.filter((e) => !seen.has(e.seq) && seen.add(e.seq));
}

/** The row of one message, or undefined as long as its `accepted` event has not arrived. */
export function foldRow(source: Source, events: readonly TrackEvent[]): TrackRow | undefined {
  return foldOrdered(source, inOrder(events));
}

/** The row and every step of one message. */
export function foldDetails(source: Source, events: readonly TrackEvent[]): Details | undefined {
  const ordered = inOrder(events);
  const row = foldOrdered(source, ordered);
  if (!row) return undefined;
  const steps = ordered.flatMap((e) => toSteps(e, addressOf(row)));
  const last = steps.at(-1);
  if (last) last.last = true;
  return { row, steps };
}

/** As `foldRow`, of events that are already in order and without duplicates. */
export function foldOrdered(source: Source, events: readonly TrackEvent[]): TrackRow | undefined {
  const folding = facts(source, events);
  if (!folding) return undefined;
  const { row, said, last } = folding;
  const address = addressOf(row);
  const texts = new Map<TrackEvent, string>();
  const text = (event: TrackEvent): string => {
    const known = texts.get(event) ?? lastSentence(event, address).text;
    texts.set(event, known);
    return known;
  };
  row.lastState = text(last);
  for (const [recipient, event] of said) recipient.text = text(event);
  return row;
}

/** As `foldOrdered`, without sentences: what a message is found by. */
export const foldFacts = (events: readonly TrackEvent[]): TrackRow | undefined => facts(NOBODY, events)?.row;

/** Stands for the names of the appliance, which are not stored. */
const NOBODY: Source = { host: '', serial: '' };

/** A row, and which events have the last word about the message and about each recipient. */
interface Folding {
  row: TrackRow;
  last: TrackEvent;
  said: Map<Recipient, TrackEvent>;
}

function facts(source: Source, events: readonly TrackEvent[]): Folding | undefined {
  const start = events.find((e) => e.type === 'accepted');
  if (!start) return undefined;
  const folding: Folding = { row: opened(source, start), last: start, said: new Map() };
  for (const event of events) apply(folding, event);
  return folding;
}

const addressOf =
  (row: TrackRow): AddressOf =>
  (rid) =>
    row.recipients.find((r) => r.rid === rid)?.address ?? '';

function toSteps(event: TrackEvent, address: AddressOf): Step[] {
  return sentences(event, address).map((s) => ({
    at: event.at,
    type: event.type,
    text: s.text,
    ...(s.rid === undefined ? {} : { rid: s.rid }),
    last: false,
  }));
}

function opened(source: Source, e: EventOf<'accepted'>): TrackRow {
  return {
    host: source.host,
    serial: source.serial,
    mid: e.mid,
    icid: e.icid,
    dcids: [],
    received: e.at,
    direction: e.direction,
    sender: e.sender,
    headerFrom: [],
    replyTo: [],
    recipients: recipientsOf(e),
    subject: '',
    messageId: '',
    ip: e.ip,
    reverseDns: e.reverseDns,
    helo: e.helo,
    senderGroup: e.senderGroup,
    tls: e.tls,
    size: e.size,
    attachments: [],
    urls: [],
    verdicts: [],
    parse: 'complete',
    state: 'processing',
    lastState: '',
  };
}

function recipientsOf(e: EventOf<'accepted'>): Recipient[] {
  const recipients = new Map<number, Recipient>();
  for (const { rid, address } of e.recipients)
    if (!recipients.has(rid)) recipients.set(rid, { rid, address, state: 'processing', at: e.at, text: '' });
  return [...recipients.values()];
}

/** What an event does to a row, by type. */
function apply(folding: Folding, event: TrackEvent): void {
  const { row } = folding;
  add(row, event);
  happened(row, eventOf(event));
  const state = STATE[event.type];
  if (state) reach(folding, event, state);
  if (state || tells(row, event)) folding.last = event;
}

/** Adds what the event tells of the message. */
function add(row: TrackRow, event: TrackEvent): void {
  switch (event.type) {
    case 'headers':
      row.subject = event.subject;
      row.messageId = event.messageId;
      row.headerFrom = event.headerFrom;
      row.replyTo = event.replyTo;
      row.parse = event.parse;
      break;
    case 'attachment':
      row.attachments.push(event.attachment);
      break;
    case 'url':
      if (!row.urls.includes(event.url)) row.urls.push(event.url);
      break;
    case 'verdict':
      row.verdicts.push({ engine: event.engine, verdict: event.verdict, names: event.names });
      break;
    case 'policy':
      row.policies = [...new Set([...(row.policies ?? []), event.policy])];
      break;
    case 'authentication':
      row.authentication = event.authentication;
      break;
    case 'related':
      relate(row, event);
      break;
    default:
      if ('dcid' in event) addDcid(row, event.dcid);
  }
}

function happened(row: TrackRow, what: MessageEvent | undefined): void {
  if (what && !row.events?.includes(what)) row.events = [...(row.events ?? []), what];
}

/** The state that an event leads to. */
const STATE: Partial<Record<TrackEvent['type'], State>> = {
  accepted: 'processing',
  queued: 'queued',
  delivered: 'delivered',
  deferred: 'deferred',
  bounced: 'bounced',
  quarantined: 'quarantined',
  held: 'held',
  resumed: 'queued',
  released: 'released',
  dropped: 'dropped',
  rejected: 'rejected',
};

const FINAL: ReadonlySet<State> = new Set(['delivered', 'bounced', 'dropped', 'rejected']);

/** Whether an event without a state of its own is the last thing to say: scans only while they go on. */
const tells = (row: TrackRow, event: TrackEvent): boolean =>
  event.type === 'attempt' || (row.state === 'processing' && event.type !== 'finished');

function reach({ row, said }: Folding, event: TrackEvent, state: State): void {
  row.state = state;
  const rid = 'rid' in event ? event.rid : undefined;
  for (const r of row.recipients) {
    if (rid === undefined ? FINAL.has(r.state) : r.rid !== rid) continue;
    r.state = state;
    r.at = event.at;
    said.set(r, event);
  }
}

function relate(row: TrackRow, { from, into, relation }: EventOf<'related'>): void {
  row.related ??= [];
  row.related.push({ mid: row.mid === from ? into : from, relation });
}

function addDcid(row: TrackRow, dcid: number): void {
  if (dcid > 0 && !row.dcids.includes(dcid)) row.dcids.push(dcid);
}
