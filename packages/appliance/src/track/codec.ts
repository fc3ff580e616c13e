/**
 * Events as compact JSON arrays: `[mid, [code, seq, at, fields…]]` a line in the journal; in a segment one array a
 * message, with times and numbers relative to the event before. Codes only ever grow at their end.
 */
import type { TrackEvent } from '@sightline/api';
import { type Fields, SHAPES, type Tuple, trimmed } from './fields.ts';

/** By code. */
const TYPES = [
  'accepted',
  'headers',
  'attachment',
  'url',
  'verdict',
  'queued',
  'attempt',
  'delivered',
  'deferred',
  'bounced',
  'quarantined',
  'released',
  'dropped',
  'finished',
  'rejected',
  'policy',
  'authentication',
  'related',
  'held',
  'resumed',
  'retried',
] as const satisfies TrackEvent['type'][];
const CODE: Record<string, number> = Object.fromEntries(TYPES.map((t, i) => [t, i]));

const codeOf = (e: TrackEvent): number => CODE[e.type] as number;
const fieldsOf = (e: TrackEvent, sender: string): Tuple => trimmed(SHAPES[e.type].write(e as never, sender));

/** One line, without its end. */
export const encodeEvent = (e: TrackEvent): string =>
  JSON.stringify([e.mid, [codeOf(e), e.seq, e.at, ...fieldsOf(e, '')]]);

export function decodeEvent(line: string): TrackEvent {
  const [mid, [code, seq, at, ...fields]]: Fields = JSON.parse(line);
  return eventOf(code, fields, seq, at, mid, '');
}

/**
 * `[mid, received, seq, event, …]` of events in order; `received` is the row's place in time. An event that follows
 * the one before by 1 in the same millisecond is `[code, fields…]` or, without fields, `code`; any other
 * `[-1 - code, Δseq, Δat, fields…]`.
 */
export function encodeRecord(mid: number, received: number, events: readonly TrackEvent[]): string {
  const sender = senderOf(events);
  const first = (events[0]?.seq ?? 1) - 1;
  let seq = first;
  let at = received;
  const body = events.map((e) => {
    const fields = fieldsOf(e, sender);
    const next = e.seq === seq + 1 && e.at === at;
    const tuple = next ? [codeOf(e), ...fields] : [-1 - codeOf(e), e.seq - seq, e.at - at, ...fields];
    seq = e.seq;
    at = e.at;
    return tuple.length === 1 ? (tuple[0] as number) : tuple;
  });
  return JSON.stringify([mid, received, first, ...body]);
}

/** Of the first event that tells, which stands before all others that need it. */
const senderOf = (events: readonly TrackEvent[]): string =>
  events[0]?.type === 'accepted' ? events[0].sender : '';

/** The events of a record, in their order. */
export function decodeRecord(record: string): TrackEvent[] {
  const [mid, received, first, ...tuples]: Fields = JSON.parse(record);
  let seq: number = first;
  let at: number = received;
  let sender = '';
  return tuples.map((stored: Fields | number, i) => {
    const tuple = typeof stored === 'number' ? [stored] : stored;
    const head: number = tuple[0];
    const next = head >= 0;
    seq += next ? 1 : tuple[1];
    at += next ? 0 : tuple[2];
    const event = eventOf(next ? head : -1 - head, tuple.slice(next ? 1 : 3), seq, at, mid, sender);
    if (i === 0 && event.type === 'accepted') sender = event.sender;
    return event;
  });
}

function eventOf(code: number, f: Fields, seq: number, at: number, mid: number, sender: string): TrackEvent {
  const type = TYPES[code];
  if (type === undefined) throw new Error(`tracking data holds an event of a newer version (${code})`);
  return { type, seq, at, mid, ...SHAPES[type].read(f, sender) } as TrackEvent;
}
