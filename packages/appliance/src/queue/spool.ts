/**
 * Message files. Layout: magic, length and JSON of the head, content, end record with length and SHA-256. A file
 * without a valid end record was never acknowledged. Small ones stand in segments at first, see there.
 */
import { createHash, hash as hashAtOnce } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Head } from './message.ts';
import { openSegments, type Place, readPlace, type Segments, unlessMissing } from './segments.ts';
import { sharing } from './sharing.ts';

const MAGIC = Buffer.from('SLSPOOL1');
const END = Buffer.from('SLEND1\r\n');
const TRAILER = END.length + 8 + 32;
const BUFFER = 64 * 1024;
const KEEP_ASIDE_MS = 7 * 86_400_000;
const MAX_HEAD = 4 * 1024 * 1024;
/** Content up to this size shares a file, and stays in memory for a while: most of it is delivered a moment later. */
const SMALL = 256 * 1024;
const MOST_KEPT = 32 * 1024 * 1024;

/** A complete message file. Content is the bytes from `start` up to, not including, `end`. */
export interface Content {
  path: string;
  start: number;
  end: number;
  /** The content itself, where it is in memory anyway. */
  bytes?: Buffer;
}

export type Opened = Content & { head: Head };

interface Writer {
  write(chunk: Buffer): Promise<void>;
  /** Writes the end record; when it returns, file and directory entry are on the disk. */
  finish(): Promise<Content>;
  discard(): Promise<void>;
}

export interface Spool {
  /** @throws what the file system throws */
  create(head: Head): Promise<Writer>;
  /** In place of the file of that message: the old one stays until the new one is complete. */
  replace(head: Head): Promise<Writer>;
  /** @throws SpoolFault if the file is missing, cut off or altered */
  open(mid: number): Promise<Opened>;
  remove(mid: number): Promise<void>;
  /** Makes removals durable; returns the MIDs that are gone for good now. Others follow in a later call. */
  reclaim(): Promise<number[]>;
  /** Brings together what lies scattered. */
  compact(): Promise<void>;
  /** Moves a file that cannot be used out of the way, for a person to look at. */
  setAside(mid: number): Promise<void>;
  /** Every message id that has a file. */
  list(): Promise<number[]>;
  /** When nothing is written any more. */
  close(): Promise<void>;
}

export class SpoolFault extends Error {
  override name = 'SpoolFault';
}

// Messages that come one after the other lie in one folder, so that they can share the sync of its entries.
const room = (mid: number): string => (Math.floor(mid / 256) & 0xff).toString(16).padStart(2, '0');

/** Makes new and removed directory entries durable. */
function dirSyncs(): (path: string) => Promise<void> {
  const syncs = new Map<string, () => Promise<void>>();
  return (path) => {
    const sync = syncs.get(path) ?? sharing(() => syncDir(path));
    syncs.set(path, sync);
    return sync();
  };
}

async function syncDir(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Contents in memory, the oldest forgotten first. */
function createKept() {
  const kept = new Map<number, Opened>();
  let size = 0;
  const forget = (mid: number): void => {
    size -= kept.get(mid)?.bytes?.length ?? 0;
    kept.delete(mid);
  };
  return {
    get: (mid: number) => kept.get(mid),
    put(mid: number, opened: Opened): void {
      size += opened.bytes?.length ?? 0;
      kept.set(mid, opened);
      for (const oldest of kept.keys()) {
        if (size <= MOST_KEPT) break;
        forget(oldest);
      }
    },
    forget,
  };
}

/** Opens (and makes) the spool below `dir`. */
export async function openSpool(dir: string): Promise<Spool> {
  const aside = join(dir, 'incomplete');
  const shared = join(dir, 'segments');
  for (const folder of [aside, shared]) await mkdir(folder, { recursive: true });
  await sweep(aside);
  for (let i = 0; i < 256; i++) await openRoom(join(dir, folder(i)));
  const path = (mid: number): string => join(dir, room(mid), String(mid));
  const found = await files(dir);
  for (const one of found) if (one.path !== path(one.mid)) await rename(one.path, path(one.mid));
  await syncDir(dir);
  const kept = createKept();
  const sync = dirSyncs();
  const segments = await openSegments(shared, () => sync(shared));
  // A file is later than what a segment has of the same message.
  for (const { mid } of found) segments.drop(mid);
  const around = (mid: number): Around => ({ sync: () => sync(join(dir, room(mid))), kept, segments });
  let removed: number[] = [];
  const elsewhere = {
    put: async (mid: number, bytes: Buffer) => {
      const beside = `${path(mid)}.new`;
      await putFile(beside, bytes);
      await rename(beside, path(mid));
      await sync(join(dir, room(mid)));
      // What is known of it says where it was.
      kept.forget(mid);
    },
    remove: async (mid: number) => {
      await unlink(path(mid)).catch(unlessMissing);
      await sync(join(dir, room(mid)));
    },
  };
  return {
    create: async (head) => {
      if (segments.find(head.mid))
        throw Object.assign(new Error('There is such a message.'), { code: 'EEXIST' });
      return createWriter(path(head.mid), head, around(head.mid));
    },
    replace: (head) => replaceWriter(path(head.mid), head, around(head.mid)),
    async open(mid) {
      const known = kept.get(mid);
      const place = known ? undefined : segments.find(mid);
      return known ?? (place ? openPlace(place) : openContent(path(mid)));
    },
    async remove(mid) {
      kept.forget(mid);
      if (segments.drop(mid)) return;
      await unlink(path(mid)).catch(unlessMissing);
      removed.push(mid);
    },
    async reclaim() {
      const mids = removed;
      removed = [];
      await Promise.all([...new Set(mids.map(room))].map((name) => sync(join(dir, name))));
      // What a segment still has of a message comes back after a crash: it is gone when the segment is.
      const gone = mids.filter((mid) => !segments.holds(mid));
      return [...gone, ...(await segments.reclaim())];
    },
    compact: () => segments.compact(elsewhere),
    close: () => segments.close(),
    async setAside(mid) {
      kept.forget(mid);
      const place = segments.find(mid);
      if (!place) return rename(path(mid), join(aside, String(mid)));
      await putFile(join(aside, String(mid)), await readPlace(place));
      await segments.retract(mid);
    },
    list: async () => [...segments.mids(), ...(await files(dir)).map((one) => one.mid)].sort((a, b) => a - b),
  };
}

/** A file of these bytes, on the disk. */
async function putFile(path: string, bytes: Buffer): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    await writeAll(handle, bytes);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** What was to replace or move a file when the program ended is of no use: the message is where it was. */
async function openRoom(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const name of await readdir(path))
    if (name.endsWith('.new')) await rm(join(path, name), { force: true });
}

const folder = (i: number): string => i.toString(16).padStart(2, '0');

async function files(dir: string): Promise<{ mid: number; path: string }[]> {
  const folders = Array.from({ length: 256 }, (_, i) => join(dir, folder(i)));
  const names = await Promise.all(folders.map((one) => readdir(one)));
  return names.flatMap((list, i) =>
    list
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ mid: Number(name), path: join(folders[i] ?? '', name) })),
  );
}

/** Forgets what was set aside long ago. */
async function sweep(aside: string): Promise<void> {
  for (const name of await readdir(aside)) {
    const path = join(aside, name);
    if (Date.now() - (await stat(path)).mtimeMs > KEEP_ASIDE_MS) await rm(path, { force: true });
  }
}

function frame(head: Head): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([MAGIC, length, json]);
}

function trailer(length: number, hash: Buffer): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(length));
  return Buffer.concat([END, size, hash]);
}

interface Around {
  /** Makes the file's name durable. */
  sync(): Promise<void>;
  kept: ReturnType<typeof createKept>;
  segments: Segments;
}

/** Keeps a message in memory as long as it is small, and then in a file of its own. */
async function createWriter(path: string, head: Head, around: Around): Promise<Writer> {
  const { kept, segments } = around;
  let chunks: Buffer[] = [];
  let length = 0;
  let large: Writer | undefined;
  return {
    async write(chunk) {
      if (large) return large.write(chunk);
      chunks.push(chunk);
      length += chunk.length;
      if (length <= SMALL) return;
      large = await createFile(path, head, around);
      for (const one of chunks) await large.write(one);
      chunks = [];
    },
    async finish() {
      if (large) return large.finish();
      const { bytes, start, end } = whole(head, chunks, length);
      const place = await segments.append(head.mid, bytes);
      const content = { path: place.path, start: place.start + start, end: place.start + end };
      const opened = { ...content, bytes: bytes.subarray(start, end), head };
      kept.put(head.mid, opened);
      return opened;
    },
    async discard() {
      kept.forget(head.mid);
      if (large) await large.discard();
      else await segments.retract(head.mid);
    },
  };
}

/** The bytes of a message file, with where the content stands in it. */
function whole(head: Head, chunks: Buffer[], length: number): { bytes: Buffer; start: number; end: number } {
  const front = frame(head);
  const start = front.length;
  const end = start + length;
  const bytes = Buffer.allocUnsafeSlow(end + TRAILER);
  let at = 0;
  for (const one of [front, ...chunks]) at += one.copy(bytes, at);
  trailer(length, hashAtOnce('sha256', bytes.subarray(0, end), 'buffer')).copy(bytes, end);
  return { bytes, start, end };
}

async function createFile(
  path: string,
  head: Head,
  { sync, kept }: Omit<Around, 'segments'>,
): Promise<Writer> {
  const handle = await open(path, 'wx', 0o600);
  const front = frame(head);
  const hash = createHash('sha256').update(front);
  let waiting: Buffer[] = [front];
  let waitingBytes = front.length;
  let length = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    await writeAll(handle, bytes);
  };
  const push = (bytes: Buffer): void => {
    waiting.push(bytes);
    waitingBytes += bytes.length;
  };
  return {
    async write(chunk) {
      hash.update(chunk);
      length += chunk.length;
      push(chunk);
      if (waitingBytes >= BUFFER) await flush();
    },
    async finish() {
      push(trailer(length, hash.digest()));
      await flush();
      await handle.datasync();
      await handle.close();
      await sync();
      return { path, start: front.length, end: front.length + length };
    },
    async discard() {
      kept.forget(head.mid);
      await handle.close().catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}

async function replaceWriter(path: string, head: Head, around: Around): Promise<Writer> {
  const beside = `${path}.new`;
  await rm(beside, { force: true });
  const writer = await createFile(beside, head, around);
  return {
    ...writer,
    async finish() {
      const content = { ...(await writer.finish()), path };
      around.kept.forget(head.mid);
      await rename(beside, path);
      await around.sync();
      around.segments.drop(head.mid);
      return content;
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}

async function openContent(path: string): Promise<Opened> {
  const handle = await open(path, 'r').catch(missing);
  try {
    const { size } = await handle.stat();
    if (size <= SMALL) return await parsed(await readAt(handle, 0, size), path);
    const { head, start } = await readHead((at, length) => readAt(handle, at, length), size);
    const end = size - TRAILER;
    const content: Content = { path, start, end };
    checkEnd(await readAt(handle, end, TRAILER), end - start, await digest(content));
    return { ...content, head };
  } finally {
    await handle.close();
  }
}

async function openPlace(place: Place): Promise<Opened> {
  const bytes = await readPlace(place);
  if (bytes.length < place.end - place.start) throw new SpoolFault('The file is cut off.');
  const { start, end, ...opened } = await parsed(bytes, place.path);
  return { ...opened, start: place.start + start, end: place.start + end };
}

/** Of the bytes of a whole message file. */
async function parsed(bytes: Buffer, path: string): Promise<Opened> {
  const { head, start } = await readHead(async (at, length) => bytes.subarray(at, at + length), bytes.length);
  const end = bytes.length - TRAILER;
  checkEnd(bytes.subarray(end), end - start, hashAtOnce('sha256', bytes.subarray(0, end), 'buffer'));
  return { path, start, end, bytes: bytes.subarray(start, end), head };
}

function checkEnd(tail: Buffer, length: number, hash: Buffer): void {
  if (!tail.subarray(0, END.length).equals(END)) throw new SpoolFault('The end record is missing.');
  if (tail.readBigUInt64BE(END.length) !== BigInt(length)) throw new SpoolFault('The length is wrong.');
  if (!tail.subarray(END.length + 8).equals(hash)) throw new SpoolFault('The checksum is wrong.');
}

function missing(error: NodeJS.ErrnoException): never {
  if (error.code === 'ENOENT') throw new SpoolFault('The file is missing.');
  throw error;
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  if (bytesRead < length) throw new SpoolFault('The file is cut off.');
  return buffer;
}

type ReadAt = (at: number, length: number) => Promise<Buffer>;

async function readHead(from: ReadAt, size: number): Promise<{ head: Head; start: number }> {
  const front = MAGIC.length + 4;
  if (size < front + TRAILER) throw new SpoolFault('The file is cut off.');
  const bytes = await from(0, front);
  const length = bytes.readUInt32BE(MAGIC.length);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC) || length > Math.min(MAX_HEAD, size - front - TRAILER))
    throw new SpoolFault('The head is not readable.');
  try {
    const head = JSON.parse((await from(front, length)).toString()) as Head;
    return { head, start: front + length };
  } catch (cause) {
    throw new SpoolFault('The head is not readable.', { cause });
  }
}

/** The message's bytes as a stream. */
export function read(content: Content): Readable {
  if (content.bytes) return Readable.from(content.bytes.length > 0 ? [content.bytes] : []);
  if (content.end <= content.start) return createReadStream(content.path, { start: 0, end: -1 });
  return createReadStream(content.path, { start: content.start, end: content.end - 1 });
}

/** Of the file up to the end record: head and content. */
async function digest(content: Content): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of read({ path: content.path, start: 0, end: content.end }))
    hash.update(chunk as Buffer);
  return hash.digest();
}
