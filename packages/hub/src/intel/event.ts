/** Events of the store: what changed in an entity, and a history in groups of what one person did at once. Pure. */
import type { Doc } from './store.ts';

/** Milliseconds between two events that still belong together. */
const TOGETHER_MS = 5000;

/** The fields that differ, as CTIA's events have them. */
export function changes(before: Doc, after: Doc): Doc[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((field): Doc[] => {
    const [old, now] = [before[field], after[field]];
    if (JSON.stringify(old) === JSON.stringify(now)) return [];
    if (old === undefined) return [{ field, action: 'added', change: { after: now } }];
    if (now === undefined) return [{ field, action: 'deleted', change: { before: old } }];
    return [{ field, action: 'modified', change: { before: old, after: now } }];
  });
}

export interface Bucket {
  count: number;
  from: string;
  to: string;
  owner: string;
  events: Doc[];
}

/** Events, newest first, in buckets of one owner and a short time. */
export function buckets(events: readonly Doc[]): Bucket[] {
  const found: Bucket[] = [];
  for (const event of events) {
    const at = String(event.timestamp);
    const last = found.at(-1);
    const isNear = last !== undefined && Date.parse(last.from) - Date.parse(at) <= TOGETHER_MS;
    if (last && isNear && last.owner === event.owner) {
      last.events.push(event);
      last.count++;
      last.from = at;
    } else found.push({ count: 1, from: at, to: at, owner: String(event.owner), events: [event] });
  }
  return found;
}
