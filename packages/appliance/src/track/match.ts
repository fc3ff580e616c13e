/** Whether a row answers a search: the rule that every engine's answer is measured by. */
import type { TextTest, TrackRow, WholeSearch } from '@sightline/api';
import { inNetwork, ipBytes, network } from './ip.ts';
import { hasKey } from './keys.ts';
import { fold, foldMessageId } from './text.ts';

/** Every criterion but the range, ANDed; what is absent does not bind. */
export function matches(row: TrackRow, q: WholeSearch): boolean {
  return (
    (q.mid === undefined || row.mid === q.mid) &&
    (q.direction === undefined || row.direction === q.direction) &&
    (!q.states || inStates(row, q.states)) &&
    (!q.events || q.events.some((e) => row.events?.includes(e))) &&
    (!q.holds || hasKey(row, q.holds)) &&
    hasMessageId(row, q.messageId) &&
    (q.sha256 === undefined || hasFile(row, q.sha256)) &&
    (q.ip === undefined || fromNetwork(row, q.ip)) &&
    textHolds(q.sender, [row.sender]) &&
    textHolds(q.recipient, addresses(row)) &&
    textHolds(q.subject, [row.subject]) &&
    textHolds(q.attachment, names(row))
  );
}

const addresses = (row: TrackRow) => row.recipients.map((r) => r.address);
const names = (row: TrackRow) => row.attachments.map((a) => a.name);

/** The message or one of its recipients is in one of the states. */
const inStates = (row: TrackRow, states: readonly string[]): boolean =>
  states.includes(row.state) || row.recipients.some((r) => states.includes(r.state));

function hasMessageId(row: TrackRow, wanted = ''): boolean {
  const id = foldMessageId(wanted);
  return id === '' || foldMessageId(row.messageId) === id;
}

const hasFile = (row: TrackRow, sha256: string): boolean =>
  row.attachments.some((a) => a.sha256 === sha256.toLowerCase());

function fromNetwork(row: TrackRow, text: string): boolean {
  const net = network(text);
  const address = ipBytes(row.ip);
  return net !== undefined && address !== undefined && inNetwork(address, net);
}

/** One of the texts passes; `is_empty` is for messages where none has anything in it. */
export function textHolds(test: TextTest | undefined, texts: readonly string[]): boolean {
  if (!test) return true;
  if (test.op === 'is_empty') return texts.every((t) => t === '');
  const value = fold(test.value);
  return texts.some((t) => holds(test.op, fold(t), value));
}

function holds(op: TextTest['op'], text: string, value: string): boolean {
  if (op === 'is') return text === value;
  return op === 'begins_with' ? text.startsWith(value) : text.includes(value);
}

/** Newest first; the MID decides between messages of one millisecond. */
export const newestFirst = (a: Placed, b: Placed): number => b.received - a.received || b.mid - a.mid;

/** Where a message stands in the order of answers. */
export interface Placed {
  received: number;
  mid: number;
}
