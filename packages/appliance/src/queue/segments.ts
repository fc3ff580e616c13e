/**
 * Small messages share files: what comes while the disk is busy is written and synced together. A segment goes when
 * nothing in it is needed any more; what little is still needed of one is moved to files of its own by the spool.
 *
 * Layout of a record: magic, MID, length, checksum of these and of the segment's number, and then what a message file
 * holds. The file of a segment that is over is used again for a later one: where a file does not grow a sync takes a
 * fraction of the time. What it held before has another number, and so is none of the new one's records.
 */

import { type FileHandle, open, readdir, readFile, rename, truncate, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

const MAGIC = Buffer.from('SLREC1\r\n');
const GONE = Buffer.from('SLGONE\r\n');
const FRONT = 24;

/** Bytes of a segment after which the next one begins; of one write. */
const FULL = 16 * 1024 * 1024;
const MOST_AT_ONCE = 4 * 1024 * 1024;
/** A segment that is filled slowly ends after this time, milliseconds. */
const LONGEST_MS = 60_000;
/** With less than this part of a segment in use, what is used is moved. */
const SPARSE = 0.25;
/** Files that wait to be used again. */
const MOST_SPARE = 4;
const SPARE = /^spare-\d+$/;

/** Where a message's file stands within a segment. */
export interface Place {
  path: string;
  start: number;
  end: number;
}

interface Segment {
  path: string;
  number: number;
  size: number;
  /** Messages that are needed, with their places. */
  live: Map<number, Place>;
  liveBytes: number;
  /** Those that are not needed any more; their records are there as long as the segment. */
  gone: Set<number>;
  since: number;
}

interface Waiting {
  mid: number;
  bytes: Buffer;
  resolve(place: Place): void;
  reject(error: unknown): void;
}

export interface Segments {
  /** The bytes of a message file; when it resolves, they are on the disk. */
  append(mid: number, bytes: Buffer): Promise<Place>;
  find(mid: number): Place | undefined;
  /** MIDs that are needed. */
  mids(): number[];
  /** Whether there is still a record of a message that is not needed. */
  holds(mid: number): boolean;
  /** Not needed any more; false where no segment has it. */
  drop(mid: number): boolean;
  /** As `drop`, of a message that nobody was promised: it is not to be found after a crash either. */
  retract(mid: number): Promise<void>;
  /**
   * Removes what holds nothing that is needed.
   * @returns MIDs dropped that are gone for good, also after a power cut
   */
  reclaim(): Promise<number[]>;
  /** Moves what is still needed out of segments that are old and hold little else. */
  compact(elsewhere: Elsewhere): Promise<void>;
  close(): Promise<void>;
}

/** Places outside of segments; what is done is on the disk when it resolves. */
export interface Elsewhere {
  put(mid: number, bytes: Buffer): Promise<void>;
  remove(mid: number): Promise<void>;
}

/** @param syncDir makes new and removed files of the folder durable */
export async function openSegments(dir: string, syncDir: () => Promise<void>): Promise<Segments> {
  const names = await readdir(dir);
  for (const name of names) if (SPARE.test(name)) await unlink(join(dir, name));
  const numbers = names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
  const shelf = createShelf();
  for (const number of numbers) shelf.add(await readSegment(dir, number));
  const appender = createAppender({ dir, last: numbers.at(-1) ?? 0, syncDir, shelf });
  return {
    append: appender.append,
    close: appender.close,
    find: shelf.find,
    holds: (mid) => shelf.segments.some((one) => one.gone.has(mid)),
    mids: shelf.mids,
    drop: shelf.drop,
    async retract(mid) {
      const place = shelf.find(mid);
      if (!place || !shelf.drop(mid)) return;
      const file = await open(place.path, 'r+');
      try {
        await file.write(GONE, 0, GONE.length, place.start - FRONT);
      } finally {
        await file.close();
      }
    },
    async reclaim() {
      await appender.endOld(performance.now());
      const over = shelf.segments.filter((one) => one !== appender.current() && one.live.size === 0);
      for (const segment of over) {
        await appender.retire(segment);
        shelf.remove(segment);
      }
      if (over.length > 0) await syncDir();
      return over.flatMap(({ gone }) => [...gone]);
    },
    async compact(elsewhere) {
      const now = performance.now();
      const sparse = shelf.segments.filter(
        (one) => now - one.since > LONGEST_MS && one.liveBytes < one.size * SPARSE,
      );
      for (const segment of sparse)
        if (segment !== appender.current()) await moveAll(segment, elsewhere, shelf.forget);
    },
  };
}

type Shelf = ReturnType<typeof createShelf>;

/** The segments, and which of them has a message. */
function createShelf() {
  const segments: Segment[] = [];
  const home = new Map<number, Segment>();
  const put = (segment: Segment, mid: number, place: Place): void => {
    segment.live.set(mid, place);
    segment.liveBytes += place.end - place.start;
    home.set(mid, segment);
  };
  const forget = (mid: number): Segment | undefined => {
    const segment = home.get(mid);
    const place = segment?.live.get(mid);
    if (!segment || !place) return undefined;
    home.delete(mid);
    segment.live.delete(mid);
    segment.liveBytes -= place.end - place.start;
    return segment;
  };
  return {
    segments,
    put,
    /** Its record may go with the segment, or stay; nobody asks for it. */
    forget,
    add(segment: Segment): void {
      segments.push(segment);
      for (const mid of segment.live.keys()) home.set(mid, segment);
    },
    remove: (segment: Segment) => void segments.splice(segments.indexOf(segment), 1),
    find: (mid: number) => home.get(mid)?.live.get(mid),
    mids: () => [...home.keys()],
    drop: (mid: number) => forget(mid)?.gone.add(mid) !== undefined,
  };
}

interface Appending {
  dir: string;
  /** Number of the last segment that there is. */
  last: number;
  syncDir(): Promise<void>;
  shelf: Shelf;
}

function createAppender({ dir, last, syncDir, shelf }: Appending) {
  let number = last;
  const spares = createSpares(dir);
  let active: { segment: Segment; file: FileHandle } | undefined;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  const begin = async (): Promise<NonNullable<typeof active>> => {
    const path = join(dir, String(++number));
    const file = await open(path, (await spares.take(path)) ? 'r+' : 'wx', 0o600);
    active = { segment: emptySegment(path, number), file };
    shelf.add(active.segment);
    await syncDir();
    return active;
  };
  const seal = async (): Promise<Segment | undefined> => {
    const ended = active;
    active = undefined;
    await ended?.file.close().catch(() => undefined);
    return ended?.segment;
  };
  /** What failed may be there in part: nothing comes behind it. */
  const abandon = async (): Promise<void> => {
    const ended = await seal();
    if (ended) await truncate(ended.path, ended.size).catch(() => undefined);
    // The disk may be full.
    await spares.drop();
  };
  const write = async (group: Waiting[]): Promise<void> => {
    const { segment, file } = active ?? (await begin());
    const buffers = group.flatMap(({ mid, bytes }) => [front(segment.number, mid, bytes.length), bytes]);
    await writeAll(file, buffers, segment.size);
    await file.datasync();
    for (const { mid, bytes, resolve } of group) {
      const start = segment.size + FRONT;
      segment.size = start + bytes.length;
      const place = { path: segment.path, start, end: segment.size };
      shelf.put(segment, mid, place);
      resolve(place);
    }
    if (segment.size >= FULL) await seal();
  };
  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = firsts(waiting);
      waiting = waiting.slice(group.length);
      try {
        await write(group);
      } catch (error) {
        await abandon();
        for (const one of group) one.reject(error);
      }
    }
    writing = undefined;
  };
  return {
    append: (mid: number, bytes: Buffer): Promise<Place> =>
      new Promise((resolve, reject) => {
        waiting.push({ mid, bytes, resolve, reject });
        // Whoever comes in the same turn is in the same write.
        writing ??= Promise.resolve().then(work);
      }),
    async close(): Promise<void> {
      await writing;
      await seal();
    },
    retire: spares.keep,
    /** The segment that is still written to. */
    current: () => active?.segment,
    /** Ends one that was begun long ago, or that holds nothing any more. */
    async endOld(now: number): Promise<void> {
      if (!active || writing) return;
      const { live, since } = active.segment;
      if (live.size === 0 || now - since > LONGEST_MS) await seal();
    },
  };
}

/** Files that were segments and wait to be others. */
function createSpares(dir: string) {
  let spares: string[] = [];
  return {
    /** Brings one to a path; false where there is none. */
    async take(path: string): Promise<boolean> {
      const spare = spares.shift();
      if (spare !== undefined) await rename(spare, path);
      return spare !== undefined;
    },
    /** The file of a segment that is over: kept, or removed. */
    async keep({ path, number }: Segment): Promise<void> {
      if (spares.length >= MOST_SPARE) return unlink(path).catch(unlessMissing);
      const spare = join(dir, `spare-${number}`);
      await rename(path, spare);
      spares.push(spare);
    },
    async drop(): Promise<void> {
      const all = spares;
      spares = [];
      for (const one of all) await unlink(one).catch(() => undefined);
    },
  };
}

const emptySegment = (path: string, number: number): Segment => ({
  path,
  number,
  size: 0,
  live: new Map(),
  liveBytes: 0,
  gone: new Set(),
  since: performance.now(),
});

async function moveAll(
  segment: Segment,
  elsewhere: Elsewhere,
  forget: (mid: number) => unknown,
): Promise<void> {
  for (const [mid, place] of [...segment.live]) {
    await elsewhere.put(mid, await readPlace(place));
    // It may have been dropped meanwhile.
    if (!forget(mid)) await elsewhere.remove(mid);
  }
}

/** As many of the first as go into one write. */
function firsts(waiting: Waiting[]): Waiting[] {
  let size = 0;
  const end = waiting.findIndex(({ bytes }) => {
    size += bytes.length;
    return size > MOST_AT_ONCE;
  });
  return end < 0 ? waiting : waiting.slice(0, Math.max(1, end));
}

function front(segment: number, mid: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(FRONT);
  MAGIC.copy(bytes);
  bytes.writeBigUInt64BE(BigInt(mid), 8);
  bytes.writeUInt32BE(length, 16);
  bytes.writeUInt32BE(crc32(bytes.subarray(8, 20), segment), 20);
  return bytes;
}

async function writeAll(file: FileHandle, buffers: Buffer[], position: number): Promise<void> {
  const { bytesWritten } = await file.writev(buffers, position);
  const all = buffers.reduce((sum, one) => sum + one.length, 0);
  if (bytesWritten === all) return;
  const rest = Buffer.concat(buffers).subarray(bytesWritten);
  if (bytesWritten === 0) throw new Error('Nothing could be written.');
  await writeAll(file, [rest], position + bytesWritten);
}

/** The bytes at a place; fewer where the file was cut. */
export async function readPlace({ path, start, end }: Place): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(end - start);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Finds the records of a segment. Behind a front that is not whole nothing was ever promised to anybody. */
async function readSegment(dir: string, number: number): Promise<Segment> {
  const path = join(dir, String(number));
  const bytes = await readFile(path);
  const segment = emptySegment(path, number);
  let at = 0;
  while (at + FRONT <= bytes.length) {
    const magic = bytes.subarray(at, at + MAGIC.length);
    if (!magic.equals(MAGIC) && !magic.equals(GONE)) break;
    if (crc32(bytes.subarray(at + 8, at + 20), number) !== bytes.readUInt32BE(at + 20)) break;
    const mid = Number(bytes.readBigUInt64BE(at + 8));
    const start = at + FRONT;
    at = start + bytes.readUInt32BE(at + 16);
    segment.size = at;
    if (magic.equals(GONE)) continue;
    segment.live.set(mid, { path, start, end: at });
    segment.liveBytes += at - start;
  }
  return segment;
}

/** What is gone already need not be removed. */
export function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
