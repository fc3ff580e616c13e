/** The heavy work of the store: building segments from a journal or from other segments. Runs in its own thread. */
import { readAhead } from './ahead.ts';
import { copyStore, type JournalCopy } from './backup.ts';
import { SegmentBuilder, type Stored } from './build.ts';
import { decodeEvent, decodeRecord, encodeRecord } from './codec.ts';
import { foldFacts, inOrder } from './fold.ts';
import { type Hasher, hasher } from './hash.ts';
import { byMid, readJournal } from './journal.ts';
import { journalPath, type Manifest, segmentPath } from './manifest.ts';
import { newestFirst, type Placed } from './match.ts';
import { type Redactor, redactor } from './redact.ts';
import { dayOf } from './retain.ts';
import { placeOf, Segment } from './segment.ts';

interface Place {
  dir: string;
  key: string;
  /** Of the first segment that is made. */
  number: number;
  /** Addresses that are taken out of what is written. */
  redact: string[];
}

export type Job = Place &
  (
    | { do: 'seal'; journal: number; passedOver: number[] }
    | { do: 'merge'; inputs: MergeInput[] }
    /** As a merge of one; makes nothing and answers with the segment's own number if nothing is to be taken out. */
    | { do: 'redact'; input: MergeInput }
    | { do: 'backup'; to: string; manifest: Manifest; journals: JournalCopy[] }
    | { do: 'read ahead'; segment: number }
  );

export interface MergeInput {
  segment: number;
  /** MIDs whose later version is elsewhere. */
  without: number[];
}

/** Numbers of the segments that were made; they are on the disk. */
export type JobResult = number[];

export async function runJob(job: Job): Promise<JobResult> {
  const hash = hasher(Buffer.from(job.key, 'hex'));
  switch (job.do) {
    case 'seal':
      return seal(job, hash);
    case 'merge':
      return merge(job, job.inputs, hash);
    case 'redact':
      return redact(job, hash);
    case 'backup':
      await copyStore(job);
      return [];
    case 'read ahead':
      await readAhead(segmentPath(job.dir, job.segment));
      return [];
  }
}

/** One segment for each day that the journal's messages were received on. */
function seal(job: Extract<Job, { do: 'seal' }>, hash: Hasher): JobResult {
  const clean = redactor(job.redact);
  const messages = byMid(readJournal(journalPath(job.dir, job.journal)).frames);
  for (const mid of job.passedOver) messages.delete(mid);
  const all = [...messages].map(([mid, { lines, carried }]) => encoded(mid, lines, carried, clean));
  messages.clear();
  const days = Map.groupBy(
    all.sort((a, b) => newestFirst(b, a)),
    (m) => dayOf(m.received),
  );
  return [...days].map(([day, list], i) => {
    const over = list.filter((m) => m.carried).map((m) => m.mid);
    return build(job.dir, job.number + i, day, withRows(list), over, hash);
  });
}

function* withRows(list: readonly Encoded[]): Generator<Stored> {
  for (const m of list) yield withRow(m);
}

interface Encoded extends Placed {
  record: string;
  carried: boolean;
}

function encoded(mid: number, lines: readonly string[], carried: boolean, clean: Redactor): Encoded {
  const events = inOrder(lines.map(decodeEvent)).map(clean.event);
  const start = events.find((e) => e.type === 'accepted') ?? events[0];
  const received = start?.at ?? 0;
  return { mid, received, record: encodeRecord(mid, received, events), carried };
}

/** One segment of several of one day. */
function merge(job: Place, from: readonly MergeInput[], hash: Hasher): JobResult {
  const clean = redactor(job.redact);
  const inputs = from.map((i) => ({
    segment: new Segment(segmentPath(job.dir, i.segment), hash),
    without: new Set(i.without),
  }));
  try {
    // what is left out is replaced by a version that says so itself, and that may be in a segment of a lower number
    const over = new Set(inputs.flatMap((i) => i.segment.meta.over.filter((mid) => !i.without.has(mid))));
    const day = inputs[0]?.segment.meta.day ?? 0;
    const records = inOrderOfTime(inputs.map((i) => cleanRecords(i.segment.records(i.without), clean)));
    const made = build(job.dir, job.number, day, records, [...over], hash);
    return made < 0 ? [] : [made];
  } finally {
    for (const { segment } of inputs) segment.close();
  }
}

function* cleanRecords(records: Iterable<string>, clean: Redactor): Generator<string> {
  for (const record of records) yield cleanRecord(record, clean);
}

function cleanRecord(record: string, clean: Redactor): string {
  if (!clean.mayTouch(record)) return record;
  const { mid, received } = placeOf(record);
  return encodeRecord(mid, received, decodeRecord(record).map(clean.event));
}

/** Older versions count too: they are not shown, but in the file. */
function isClean(segment: Segment, clean: Redactor): boolean {
  for (const record of segment.records(NOTHING)) if (cleanRecord(record, clean) !== record) return false;
  return true;
}

const NOTHING: ReadonlySet<number> = new Set();

function redact(job: Extract<Job, { do: 'redact' }>, hash: Hasher): JobResult {
  const clean = redactor(job.redact);
  const segment = new Segment(segmentPath(job.dir, job.input.segment), hash);
  try {
    if (isClean(segment, clean)) return [job.input.segment];
  } finally {
    segment.close();
  }
  return merge(job, [job.input], hash);
}

/** Merges sorted sources. */
function* inOrderOfTime(sources: Generator<string>[]): Generator<Stored> {
  const heads = sources.flatMap((source) => advance(source) ?? []);
  while (heads.length > 0) {
    let first = 0;
    for (let i = 1; i < heads.length; i++)
      if (newestFirst(heads[i] as Head, heads[first] as Head) > 0) first = i;
    const head = heads[first] as Head;
    yield withRow(head);
    const next = advance(head.source);
    if (next) heads[first] = next;
    else heads.splice(first, 1);
  }
}

interface Head {
  mid: number;
  received: number;
  record: string;
  source: Generator<string>;
}

function advance(source: Generator<string>): Head | undefined {
  const { value, done } = source.next();
  return done ? undefined : { ...placeOf(value), record: value, source };
}

const withRow = ({ mid, received, record }: Placed & { record: string }): Stored => ({
  mid,
  received,
  record,
  row: foldFacts(decodeRecord(record)),
});

/** Returns the number, -1 if there was nothing to build. */
function build(
  dir: string,
  number: number,
  day: number,
  messages: Iterable<Stored>,
  over: number[],
  hash: Hasher,
): number {
  const path = segmentPath(dir, number);
  const builder = new SegmentBuilder(path, hash);
  for (const m of messages) builder.add(m);
  if (builder.count > 0) {
    builder.finish(number, day, over);
    return number;
  }
  builder.abandon();
  return -1;
}
