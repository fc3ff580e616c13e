/** Looks through the files of a store, running or not: what is damaged, and whether the indexes are those of the records. */
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SegmentBuilder, type SegmentMeta } from './build.ts';
import { decodeEvent, decodeRecord } from './codec.ts';
import { FileReader } from './file.ts';
import { foldFacts } from './fold.ts';
import { type Hasher, hasher } from './hash.ts';
import { byMid, readJournal } from './journal.ts';
import { journalPath, type Manifest, readManifest, segmentPath } from './manifest.ts';
import { newestFirst } from './match.ts';
import { placeOf, Segment } from './segment.ts';

export interface Checked {
  segments: number;
  journals: number;
  messages: number;
  /** What is wrong, in words; empty if nothing is. */
  problems: string[];
}

/**
 * Reads everything once. A running store may replace files meanwhile: what is no longer named is passed over.
 * @throws if there is no store, or its manifest cannot be read
 */
export function check(dir: string, tell: (text: string) => void = () => {}): Checked {
  const manifest = manifestOf(dir);
  const result: Checked = { segments: 0, journals: 0, messages: 0, problems: [] };
  const replaced = replacedBy(dir, manifest);
  const shown: number[] = [];
  for (const n of manifest.segments) {
    const path = segmentPath(dir, n);
    if (!existsSync(path) && !manifestOf(dir).segments.includes(n)) continue;
    tell(`segment ${n}`);
    result.segments++;
    const mids = attempt(result, `${n}.segment`, () => checkSegment(dir, n, manifest, result)) ?? [];
    for (const mid of mids) if (!replaced.get(n)?.has(mid)) shown.push(mid);
  }
  for (const n of manifest.journals) {
    if (!existsSync(journalPath(dir, n)) && !manifestOf(dir).journals.includes(n)) continue;
    result.journals++;
    attempt(result, `${n}.journal`, () =>
      checkJournal(journalPath(dir, n), n === manifest.journals.at(-1), result),
    );
  }
  for (const mid of twice(shown)) result.problems.push(`message ${mid} is shown by more than one segment`);
  return result;
}

function manifestOf(dir: string): Manifest {
  const manifest = existsSync(dir) ? readManifest(dir) : undefined;
  if (!manifest) throw new Error(`${dir} holds no tracking data.`);
  return manifest;
}

function attempt<T>(result: Checked, name: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    result.problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** Of each segment: the messages that a later one holds a later version of. */
export function replacedBy(dir: string, manifest: Manifest): Map<number, ReadonlySet<number>> {
  const later = new Set<number>();
  const replaced = new Map<number, ReadonlySet<number>>();
  for (const n of manifest.segments.toSorted((a, b) => b - a)) {
    replaced.set(n, new Set(later));
    for (const mid of overOf(segmentPath(dir, n))) later.add(mid);
  }
  return replaced;
}

function overOf(path: string): number[] {
  try {
    const file = new FileReader(path, statSync(path).size);
    file.close();
    return (file.meta as SegmentMeta).over;
  } catch {
    return [];
  }
}

/** Returns the MIDs of its messages. */
function checkSegment(dir: string, n: number, { key }: Manifest, result: Checked): number[] {
  const hash = hasher(Buffer.from(key, 'hex'));
  const segment = new Segment(segmentPath(dir, n), hash);
  const problem = (text: string) => result.problems.push(`${n}.segment: ${text}`);
  try {
    const broken = segment.file.broken();
    if (broken.length > 0) {
      problem(`damaged: ${broken.join(', ')}`);
      return [];
    }
    if (segment.meta.keyCheck !== hash(0, '')) problem('it was made with the key of another store');
    result.messages += segment.meta.count;
    if (!sameAgain(dir, segment, hash)) problem('its indexes are not those of its records');
    return midsOf(segment, problem);
  } finally {
    segment.close();
  }
}

function midsOf(segment: Segment, problem: (text: string) => void): number[] {
  const mids: number[] = [];
  let before = { received: 0, mid: 0 };
  for (const record of segment.records(NONE)) {
    const place = placeOf(record);
    if (newestFirst(before, place) < 0) problem(`message ${place.mid} is out of order`);
    mids.push(place.mid);
    before = place;
  }
  return mids;
}

const NONE: ReadonlySet<number> = new Set();

/** Builds the segment once more from its records: every section has to come out the same. */
function sameAgain(dir: string, segment: Segment, hash: Hasher): boolean {
  const path = join(dir, `check-${process.pid}-${segment.meta.number}.tmp`);
  const builder = new SegmentBuilder(path, hash);
  try {
    for (const record of segment.records(NONE))
      builder.add({ ...placeOf(record), record, row: foldFacts(decodeRecord(record)) });
    builder.finish(segment.meta.number, segment.meta.day, segment.meta.over);
    const again = new FileReader(path, statSync(path).size);
    again.close();
    return JSON.stringify(again.table) === JSON.stringify(segment.file.table);
  } finally {
    rmSync(path, { force: true });
    rmSync(`${path}.tmp`, { force: true });
  }
}

/** Bytes after the last whole frame are no damage in the journal that is written to: a crash may cut one off. */
function checkJournal(path: string, isLast: boolean, result: Checked): void {
  const { frames, bytes } = readJournal(path);
  if (!isLast && bytes < statSync(path).size) throw new Error('it ends inside a frame');
  const messages = byMid(frames);
  for (const { lines } of messages.values()) for (const line of lines) decodeEvent(line);
  result.messages += messages.size;
}

/** Numbers that come more than once. */
function twice(numbers: readonly number[]): number[] {
  const sorted = Float64Array.from(numbers).sort();
  return [...sorted.filter((n, i) => n === sorted[i - 1] && n !== sorted[i - 2])];
}
