/** What has not been sealed yet, in memory: the events of each message as lines, and who holds which value. */
import type { Range, TrackEvent, TrackRow } from '@sightline/api';
import { decodeEvent, encodeEvent, encodeRecord } from './codec.ts';
import { isAfter } from './cursor.ts';
import { foldFacts, inOrder } from './fold.ts';
import type { Hash, Hasher } from './hash.ts';
import { newestFirst, type Placed } from './match.ts';
import type { Chosen, Found, Part } from './part.ts';
import { type FieldTest, flagsPass, type Plan, stringPasses } from './plan.ts';
import { HOUR } from './retain.ts';
import { type FieldName, fieldOf, flagsOf, hashesOf } from './terms.ts';

/** One message in one version: values that it is found by make a new one. */
interface Entry extends Placed {
  lines: string[];
  seqs: number[];
  /** Its `accepted` event is here and there is no later version of it. */
  shown: boolean;
  texts: Record<FieldName, readonly string[]> | undefined;
  /** Undefined after a change. */
  flags: number | undefined;
}

/** Events that bring values by which a message is found. */
const FINDABLE: ReadonlySet<TrackEvent['type']> = new Set(['accepted', 'headers', 'attachment', 'url']);

export class Recent implements Part {
  oldest = Number.POSITIVE_INFINITY;
  newest = Number.NEGATIVE_INFINITY;
  maxMid = 0;
  /** Characters of all lines. */
  length = 0;
  /** MIDs whose version here is no longer the last one. */
  readonly droppedMids: number[] = [];
  /** MIDs of which nothing new came: their lines are in the journal, but an older part holds their last version. */
  readonly passedOver = new Set<number>();
  private readonly hash: Hasher;
  private readonly entries = new Map<number, Entry>();
  private readonly postings = new Map<Hash, Entry | Entry[]>();

  constructor(hash: Hasher) {
    this.hash = hash;
  }

  get count(): number {
    return this.entries.size;
  }

  has(mid: number): boolean {
    return this.entries.has(mid);
  }

  /** Adds events of one message; those that it has are passed over. */
  add(mid: number, events: readonly TrackEvent[], lines: readonly string[]): void {
    const entry = this.entries.get(mid);
    const known = new Set(entry?.seqs);
    const fresh = events.map((e, i): [TrackEvent, string] => [e, lines[i] as string]);
    const news = fresh.filter(([e]) => !known.has(e.seq) && known.add(e.seq));
    if (news.length === 0) return;
    this.passedOver.delete(mid);
    for (const [, line] of news) this.length += line.length;
    if (entry && !news.some(([e]) => FINDABLE.has(e.type))) extend(entry, news);
    else this.replace(mid, entry, news);
  }

  find(hash: Hash, range: Range, limit: number): Found {
    const held = this.postings.get(hash);
    if (!held) return { count: 0, hits: [] };
    const entries = Array.isArray(held) ? held : [held];
    return pick(entries, (e) => inRange(e, range), limit);
  }

  span(test: FieldTest, range: Range, limit: number): Found {
    return pick(this.entries.values(), (e) => inRange(e, range) && passes(e, test), limit);
  }

  select(plan: Plan, range: Range, before: Placed | undefined, limit: number): Found {
    return pick(
      this.candidates(plan),
      (e) => inRange(e, range) && isBefore(e, before) && this.answers(e, plan),
      limit,
    );
  }

  choose(plan: Plan, range: Range): Chosen {
    const chosen = [...this.candidates(plan)].filter((e) => inRange(e, range) && this.answers(e, plan));
    return {
      count: chosen.length,
      hours: (tell) => {
        for (const e of chosen) tell(e.received - (e.received % HOUR), 1);
      },
      values: (field, over, tell) => {
        for (const [text, count] of countTexts(chosen, field)) if (count > over) tell(text, count);
      },
      holding: (field, text, limit) =>
        pick(chosen, (e) => passes(e, { field, op: 'span', first: text, last: text }), limit),
    };
  }

  record(mid: number): string | undefined {
    const entry = this.entries.get(mid);
    return entry && recordOf(entry);
  }

  drop(mid: number): boolean {
    const entry = this.entries.get(mid);
    if (!entry) return false;
    entry.shown = false;
    this.droppedMids.push(mid);
    return true;
  }

  /** Those that the plan's first hash leaves; older versions may be among them. */
  private candidates(plan: Plan): Iterable<Entry> {
    const [first] = plan.hashes;
    return first === undefined ? this.entries.values() : [this.postings.get(first) ?? []].flat();
  }

  private answers(e: Entry, plan: Plan): boolean {
    return (
      !plan.never &&
      plan.hashes.every((h) => this.holds(h, e)) &&
      plan.fields.every((test) => passes(e, test)) &&
      (plan.flags.length === 0 || flagsPass(flags(e), plan.flags))
    );
  }

  private holds(hash: Hash, e: Entry): boolean {
    const held = this.postings.get(hash);
    return Array.isArray(held) ? held.includes(e) : held === e;
  }

  private replace(mid: number, old: Entry | undefined, news: [TrackEvent, string][]): void {
    const lines = [...(old?.lines ?? []), ...news.map(([, line]) => line)];
    const events = [...(old?.lines ?? []).map(decodeEvent), ...news.map(([e]) => e)];
    if (old) old.shown = false;
    const row = foldFacts(inOrder(events));
    const received = row?.received ?? Math.min(...events.map((e) => e.at));
    const entry: Entry = {
      mid,
      received,
      lines,
      seqs: events.map((e) => e.seq),
      shown: row !== undefined,
      texts: undefined,
      flags: row && flagsOf(row),
    };
    this.entries.set(mid, entry);
    this.maxMid = Math.max(this.maxMid, mid);
    if (!row) return;
    this.oldest = Math.min(this.oldest, received);
    this.newest = Math.max(this.newest, received);
    entry.texts = textsOf(row);
    for (const hash of hashesOf(row, this.hash)) this.post(hash, entry);
  }

  private post(hash: Hash, entry: Entry): void {
    const held = this.postings.get(hash);
    if (held === undefined) this.postings.set(hash, entry);
    else if (!Array.isArray(held)) {
      if (held !== entry) this.postings.set(hash, [held, entry]);
    } else if (held.at(-1) !== entry) held.push(entry);
  }
}

const textsOf = (row: TrackRow): Entry['texts'] => ({
  sender: fieldOf('sender').values(row),
  recipient: fieldOf('recipient').values(row),
  subject: fieldOf('subject').values(row),
  attachment: fieldOf('attachment').values(row),
  ip: fieldOf('ip').values(row),
  domain: fieldOf('domain').values(row),
});

function extend(entry: Entry, news: [TrackEvent, string][]): void {
  for (const [event, line] of news) {
    entry.lines.push(line);
    entry.seqs.push(event.seq);
  }
  entry.flags = undefined;
}

const eventsOf = (e: Entry): TrackEvent[] => inOrder(e.lines.map(decodeEvent));

const recordOf = (e: Entry): string => encodeRecord(e.mid, e.received, eventsOf(e));

function flags(e: Entry): number {
  if (e.flags === undefined) {
    const row = foldFacts(eventsOf(e));
    e.flags = row ? flagsOf(row) : 0;
  }
  return e.flags;
}

const inRange = (e: Entry, range: Range): boolean =>
  e.shown && e.received >= range.from && e.received < range.to;

const isBefore = (e: Entry, before: Placed | undefined): boolean => !before || isAfter(e, before);

const passes = (e: Entry, test: FieldTest): boolean =>
  e.texts?.[test.field].some((text) => text !== '' && stringPasses(text, test)) ?? false;

/** How many of the messages hold each text of a field. */
function countTexts(entries: readonly Entry[], field: FieldName): Map<string, number> {
  const counts = new Map<string, number>();
  for (const e of entries)
    for (const text of new Set(e.texts?.[field]))
      if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Counts what passes and keeps the newest. */
function pick(entries: Iterable<Entry>, test: (e: Entry) => boolean, limit: number): Found {
  let count = 0;
  let kept: Entry[] = [];
  for (const entry of entries) {
    if (!test(entry)) continue;
    count++;
    kept.push(entry);
    if (kept.length >= 2 * limit + 64) kept = kept.sort(newestFirst).slice(0, limit);
  }
  const hits = kept.sort(newestFirst).slice(0, limit);
  return { count, hits: hits.map((e) => ({ mid: e.mid, received: e.received, record: recordOf(e) })) };
}

/** Lines of a record, for the journal. */
export const linesOf = (events: readonly TrackEvent[]): string[] => events.map(encodeEvent);
