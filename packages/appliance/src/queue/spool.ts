/**
 * Message files. Layout: magic, length and JSON of the head, content, end record with length and SHA-256. A file
 * without a valid end record was never acknowledged.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Head } from './message.ts';

const MAGIC = Buffer.from('SLSPOOL1');
const END = Buffer.from('SLEND1\r\n');
const TRAILER = END.length + 8 + 32;
const BUFFER = 64 * 1024;
const KEEP_ASIDE_MS = 7 * 86_400_000;
const MAX_HEAD = 4 * 1024 * 1024;

/** A complete message file. Content is the bytes from `start` up to, not including, `end`. */
export interface Content {
  path: string;
  start: number;
  end: number;
}

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
  open(mid: number): Promise<Content & { head: Head }>;
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

const room = (mid: number): string => (mid & 0xff).toString(16).padStart(2, '0');

/** Makes new and removed directory entries durable. */
async function syncDir(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Opens (and makes) the spool below `dir`. */
export async function openSpool(dir: string): Promise<Spool> {
  const aside = join(dir, 'incomplete');
  await mkdir(aside, { recursive: true });
  await sweep(aside);
  for (let i = 0; i < 256; i++) await openRoom(join(dir, room(i)));
  await syncDir(dir);
  const path = (mid: number): string => join(dir, room(mid), String(mid));
  return {
    create: (head) => createWriter(path(head.mid), join(dir, room(head.mid)), head),
    replace: (head) => replaceWriter(path(head.mid), join(dir, room(head.mid)), head),
    open: (mid) => openContent(path(mid)),
    remove: (mid) => rm(path(mid), { force: true }),
    async sync(mids) {
      for (const name of new Set(mids.map(room))) await syncDir(join(dir, name));
    },
    async setAside(mid) {
      await rename(path(mid), join(aside, String(mid)));
    },
    async list() {
      const names = await Promise.all(Array.from({ length: 256 }, (_, i) => readdir(join(dir, room(i)))));
      return names
        .flat()
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
        .sort((a, b) => a - b);
    },
  };
}

/** What was to replace a file when the program ended is of no use: the file is there. */
async function openRoom(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const name of await readdir(path))
    if (name.endsWith('.new')) await rm(join(path, name), { force: true });
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

async function createWriter(path: string, dir: string, head: Head): Promise<Writer> {
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
      await handle.sync();
      await handle.close();
      await syncDir(dir);
      return { path, start: front.length, end: front.length + length };
    },
    async discard() {
      await handle.close().catch(() => undefined);
      await rm(path, { force: true });
    },
  };
}

async function replaceWriter(path: string, dir: string, head: Head): Promise<Writer> {
  const beside = `${path}.new`;
  await rm(beside, { force: true });
  const writer = await createWriter(beside, dir, head);
  return {
    ...writer,
    async finish() {
      const content = await writer.finish();
      await rename(beside, path);
      await syncDir(dir);
      return { ...content, path };
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

async function openContent(path: string): Promise<Content & { head: Head }> {
  const size = (await stat(path).catch(missing)).size;
  const handle = await open(path, 'r').catch(missing);
  try {
    const { head, start } = await readHead(handle, size);
    const end = size - TRAILER;
    const tail = await readAt(handle, end, TRAILER);
    if (!tail.subarray(0, END.length).equals(END)) throw new SpoolFault('The end record is missing.');
    if (tail.readBigUInt64BE(END.length) !== BigInt(end - start))
      throw new SpoolFault('The length is wrong.');
    const content = { path, start, end };
    if (!tail.subarray(END.length + 8).equals(await digest(content)))
      throw new SpoolFault('The checksum is wrong.');
    return { ...content, head };
  } finally {
    await handle.close();
  }
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
  if (content.end <= content.start) return createReadStream(content.path, { start: 0, end: -1 });
  return createReadStream(content.path, { start: content.start, end: content.end - 1 });
}

/** Of the file up to the end record: head and content. */
async function digest(content: Content): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of read({ ...content, start: 0 })) hash.update(chunk as Buffer);
  return hash.digest();
}
