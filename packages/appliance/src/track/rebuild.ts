/**
 * Makes every index anew from the records, of a store that is not running: segment after segment is replaced. Where
 * the manifest or the end of a segment is lost, it is made from what the files say themselves.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SegmentBuilder } from './build.ts';
import { decodeRecord } from './codec.ts';
import { foldFacts } from './fold.ts';
import { hasher } from './hash.ts';
import { createJournal } from './journal.ts';
import {
  journalPath,
  type Manifest,
  readManifest,
  removeLeftovers,
  segmentPath,
  writeManifest,
} from './manifest.ts';
import { dayOf } from './retain.ts';
import { salvage } from './salvage.ts';
import { placeOf } from './segment.ts';

export interface Rebuilt {
  segments: number;
  messages: number;
  /** What could not be read, in words. */
  problems: string[];
}

/** One process at a time: the appliance has to be stopped. */
export async function rebuild(dir: string, tell: (text: string) => void = () => {}): Promise<Rebuilt> {
  const result: Rebuilt = { segments: 0, messages: 0, problems: [] };
  let manifest = await manifestOf(dir, result);
  const order = manifest.segments.toSorted((a, b) => a - b);
  const versions = versionsOf(dir, order, result);
  for (const old of order) {
    tell(`segment ${old}`);
    const without = versions.replaced.get(old) ?? NONE;
    const over = (versions.over.get(old) ?? []).filter((mid) => !without.has(mid));
    const made = again(dir, manifest, old, without, over, result);
    const segments = manifest.segments.filter((n) => n !== old);
    manifest = {
      ...manifest,
      next: manifest.next + 1,
      segments: made ? [...segments, manifest.next] : segments,
    };
    await writeManifest(dir, manifest);
    rmSync(segmentPath(dir, old), { force: true });
  }
  removeLeftovers(dir, manifest);
  return result;
}

const NONE: ReadonlySet<number> = new Set();

/** The manifest; where it is lost, one that names every file. The lost one is put aside. */
async function manifestOf(dir: string, result: Rebuilt): Promise<Manifest> {
  try {
    const manifest = existsSync(dir) ? readManifest(dir) : undefined;
    if (manifest) return manifest;
  } catch (error) {
    result.problems.push(`manifest.json: ${error instanceof Error ? error.message : String(error)}`);
  }
  const files = existsSync(dir) ? readdirSync(dir) : [];
  if (!files.some((name) => /\.(segment|journal)$/.test(name)))
    throw new Error(`${dir} holds no tracking data.`);
  if (files.includes('manifest.json')) renameSync(join(dir, 'manifest.json'), join(dir, 'manifest.lost'));
  return found(dir, files);
}

async function found(dir: string, files: readonly string[]): Promise<Manifest> {
  const numbers = (kind: string): number[] =>
    files
      .flatMap((name) => (name.endsWith(`.${kind}`) ? [Number.parseInt(name, 10)] : []))
      .filter((n) => Number.isSafeInteger(n))
      .sort((a, b) => a - b);
  const segments = numbers('segment');
  const journals = numbers('journal');
  if (journals.length === 0) await createJournal(journalPath(dir, 1));
  const key = randomBytes(8).toString('hex');
  const next = (segments.at(-1) ?? 0) + 1;
  return {
    version: 1,
    key,
    next,
    from: 0,
    segments,
    journals: journals.length > 0 ? journals : [1],
    redact: [],
  };
}

/** Which messages each segment has in a version that replaces another, and which it has in a replaced one. */
interface Versions {
  over: Map<number, number[]>;
  replaced: Map<number, Set<number>>;
}

function versionsOf(dir: string, order: readonly number[], result: Rebuilt): Versions {
  const versions: Versions = { over: new Map(), replaced: new Map() };
  const lost: number[] = [];
  for (const n of order) {
    const { meta, records } = salvage(segmentPath(dir, n));
    records.return(undefined);
    versions.over.set(n, meta?.over ?? []);
    if (!meta) lost.push(n);
  }
  for (const n of lost) {
    result.problems.push(`${n}.segment: its end is damaged; its records were read one by one`);
    versions.over.set(n, laterThanOthers(dir, n, order));
  }
  const later = new Set<number>();
  for (const n of order.toReversed()) {
    versions.replaced.set(n, new Set(later));
    for (const mid of versions.over.get(n) ?? []) later.add(mid);
  }
  return versions;
}

/** MIDs of which a segment has more events than those before it. */
function laterThanOthers(dir: string, n: number, order: readonly number[]): number[] {
  const events = new Map<number, number>();
  for (const record of salvage(segmentPath(dir, n)).records)
    events.set(placeOf(record).mid, decodeRecord(record).length);
  const later = new Set<number>();
  for (const other of order.filter((one) => one < n))
    for (const record of salvage(segmentPath(dir, other)).records) {
      const { mid } = placeOf(record);
      if ((events.get(mid) ?? 0) >= decodeRecord(record).length) later.add(mid);
    }
  return [...later];
}

/** Builds the next segment from the records of an old one; false if there are none. */
function again(
  dir: string,
  { key, next }: Manifest,
  old: number,
  without: ReadonlySet<number>,
  over: number[],
  result: Rebuilt,
): boolean {
  const builder = new SegmentBuilder(segmentPath(dir, next), hasher(Buffer.from(key, 'hex')));
  let day: number | undefined;
  for (const record of salvage(segmentPath(dir, old)).records) {
    const place = placeOf(record);
    if (without.has(place.mid)) continue;
    day ??= dayOf(place.received);
    builder.add({ ...place, record, row: foldFacts(decodeRecord(record)) });
  }
  result.messages += builder.count;
  if (builder.count === 0) {
    builder.abandon();
    return false;
  }
  result.segments++;
  builder.finish(next, day ?? 0, over);
  return true;
}
