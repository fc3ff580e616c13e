/**
 * Message files. Layout: magic, length and JSON of the head, content, end record with length and SHA-256. A file
 * without a valid end record was never acknowledged.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Head } from './message.ts';
import { sharing } from './sharing.ts';

const MAGIC = Buffer.from('SLSPOOL1');
const END = Buffer.from('SLEND1\r\n');
const TRAILER = END.length + 8 + 32;
const BUFFER = 64 * 1024;
const KEEP_ASIDE_MS = 7 * 86_400_000;
const MAX_HEAD = 4 * 1024 * 1024;
/** Content up to this size stays in memory for a while: most of it is delivered a moment later. */
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
  /** Makes removals durable. */
  sync(mids: number[]): Promise<void>;
  /** Moves a file that cannot be used out of the way, for a person to look at. */
  setAside(mid: number): Promise<void>;
  /** Every message id that has a file. */
  list(): Promise<number[]>;
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
  await mkdir(aside, { recursive: true });
  await sweep(aside);
  for (let i = 0; i < 256; i++) await openRoom(join(dir, folder(i)));
  const path = (mid: number): string => join(dir, room(mid), String(mid));
  const found = await files(dir);
  for (const one of found) if (one.path !== path(one.mid)) await rename(one.path, path(one.mid));
  await syncDir(dir);
  const kept = createKept();
  const sync = dirSyncs();
  const around = (mid: number): Around => ({ sync: () => sync(join(dir, room(mid))), kept });
  const remove = (mid: number): Promise<void> => {
    kept.forget(mid);
    return unlink(path(mid)).catch(unlessMissing);
  };
  return {
    create: (head) => createWriter(path(head.mid), head, around(head.mid)),
    replace: (head) => replaceWriter(path(head.mid), head, around(head.mid)),
    open: async (mid) => kept.get(mid) ?? openContent(path(mid)),
    remove,
    async sync(mids) {
      await Promise.all([...new Set(mids.map(room))].map((name) => sync(join(dir, name))));
    },
    async setAside(mid) {
      kept.forget(mid);
      await rename(path(mid), join(aside, String(mid)));
    },
    list: async () => (await files(dir)).map((one) => one.mid).sort((a, b) => a - b),
  };
}

/** What was to replace a file when the program ended is of no use: the file is there. */
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
}

async function createWriter(path: string, head: Head, { sync, kept }: Around): Promise<Writer> {
  const handle = await open(path, 'wx', 0o600);
  const front = frame(head);
  const hash = createHash('sha256').update(front);
  let waiting: Buffer[] = [front];
  let waitingBytes = front.length;
  let small: Buffer[] | undefined = [];
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
      if (length > SMALL) small = undefined;
      small?.push(chunk);
      push(chunk);
      if (waitingBytes >= BUFFER) await flush();
    },
    async finish() {
      push(trailer(length, hash.digest()));
      await flush();
      await handle.datasync();
      await handle.close();
      await sync();
      const content: Content = { path, start: front.length, end: front.length + length };
      if (!small) return content;
      content.bytes = Buffer.concat(small);
      kept.put(head.mid, { ...content, head });
      return content;
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
  const writer = await createWriter(beside, head, around);
  return {
    ...writer,
    async finish() {
      const content = { ...(await writer.finish()), path };
      around.kept.forget(head.mid);
      await rename(beside, path);
      await around.sync();
      if (content.bytes) around.kept.put(head.mid, { ...content, head });
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
    const whole = size <= SMALL ? await readAt(handle, 0, size) : undefined;
    const { head, start } = await readHead(handle, size);
    const end = size - TRAILER;
    const tail = await readAt(handle, end, TRAILER);
    if (!tail.subarray(0, END.length).equals(END)) throw new SpoolFault('The end record is missing.');
    if (tail.readBigUInt64BE(END.length) !== BigInt(end - start))
      throw new SpoolFault('The length is wrong.');
    const content: Content = { path, start, end };
    const found = whole ? hashOf(whole.subarray(0, end)) : await digest(content);
    if (!tail.subarray(END.length + 8).equals(found)) throw new SpoolFault('The checksum is wrong.');
    if (whole) content.bytes = whole.subarray(start, end);
    return { ...content, head };
  } finally {
    await handle.close();
  }
}

const hashOf = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** What is gone already need not be removed. */
function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
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

async function readHead(handle: FileHandle, size: number): Promise<{ head: Head; start: number }> {
  const front = MAGIC.length + 4;
  if (size < front + TRAILER) throw new SpoolFault('The file is cut off.');
  const bytes = await readAt(handle, 0, front);
  const length = bytes.readUInt32BE(MAGIC.length);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC) || length > Math.min(MAX_HEAD, size - front - TRAILER))
    throw new SpoolFault('The head is not readable.');
  try {
    const head = JSON.parse((await readAt(handle, front, length)).toString()) as Head;
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
