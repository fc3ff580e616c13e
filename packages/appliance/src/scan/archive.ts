/** Names in archives: zip (its central directory), tar, gzip. Nothing is written; what is inflated has a limit. */
import { gunzipSync, inflateRawSync } from 'node:zlib';

export interface Member {
  name: string;
  /** As the archive says it. */
  size: number;
  /** The archive within the archive that it is in. */
  parent?: string;
}

export interface Listing {
  members: Member[];
  /** What is unusual about it, in words. */
  notes: string[];
}

export interface ArchiveLimits {
  members: number;
  /** Archives in archives. */
  depth: number;
  /** Bytes inflated in all. */
  inflated: number;
}

const MOST_RATIO = 100;
const MOST_NAME = 1024;

type Kind = 'zip' | 'gzip' | 'tar';

/** By its first bytes, whatever its name is. */
export function archiveKind(bytes: Buffer): Kind | undefined {
  if (bytes.length < 4) return undefined;
  const four = bytes.readUInt32BE(0);
  if (four === 0x504b0304 || four === 0x504b0506) return 'zip';
  if (four >>> 8 === 0x1f8b08) return 'gzip';
  return bytes.length >= 262 && bytes.toString('latin1', 257, 262) === 'ustar' ? 'tar' : undefined;
}

interface State extends Listing {
  limits: ArchiveLimits;
  left: number;
}

/** Never throws: what is damaged is a note. */
export function listArchive(bytes: Buffer, limits: ArchiveLimits): Listing {
  const state: State = { members: [], notes: [], limits, left: limits.inflated };
  list(bytes, undefined, 1, state);
  return { members: state.members, notes: [...new Set(state.notes)] };
}

function list(bytes: Buffer, parent: string | undefined, depth: number, state: State): void {
  const kind = archiveKind(bytes);
  if (!kind) return;
  if (depth > state.limits.depth) return void state.notes.push('archive nested too deep');
  try {
    READ[kind](bytes, parent, depth, state);
  } catch {
    state.notes.push('damaged archive');
  }
}

function add(member: Member, state: State): boolean {
  if (state.members.length >= state.limits.members) {
    state.notes.push('archive with too many members');
    return false;
  }
  state.members.push({ ...member, name: member.name.slice(0, MOST_NAME).toWellFormed() });
  return true;
}

const within = (parent: string | undefined): { parent?: string } => (parent === undefined ? {} : { parent });

type Read = (bytes: Buffer, parent: string | undefined, depth: number, state: State) => void;
const READ: Record<Kind, Read> = { zip: readZip, gzip: readGzip, tar: readTar };

const END = Buffer.from([0x50, 0x4b, 5, 6]);
const ENTRY = 0x504b0102;

function readZip(bytes: Buffer, parent: string | undefined, depth: number, state: State): void {
  const end = bytes.lastIndexOf(END);
  if (end < 0 || end + 22 > bytes.length) throw new RangeError('no central directory');
  let at = bytes.readUInt32LE(end + 16);
  // What stands in front of an archive (a program that unpacks it) moves its offsets.
  const front = end - bytes.readUInt32LE(end + 12) - at;
  if (front > 0) at += front;
  while (at + 46 <= bytes.length && bytes.readUInt32BE(at) === ENTRY) {
    const entry = zipEntry(bytes, at);
    if (entry.encrypted) state.notes.push('encrypted archive');
    if (!entry.name.endsWith('/')) {
      if (!add({ name: entry.name, size: entry.size, ...within(parent) }, state)) return;
      nested(() => zipContent(bytes, entry, Math.max(0, front), state), entry.name, depth, state);
    }
    at = entry.next;
  }
}

interface ZipEntry {
  name: string;
  size: number;
  packed: number;
  method: number;
  offset: number;
  encrypted: boolean;
  next: number;
}

function zipEntry(bytes: Buffer, at: number): ZipEntry {
  const flags = bytes.readUInt16LE(at + 8);
  const nameLength = bytes.readUInt16LE(at + 28);
  const next = at + 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  const raw = bytes.subarray(at + 46, at + 46 + nameLength);
  return {
    name: nameOf(raw, (flags & 0x800) !== 0),
    size: bytes.readUInt32LE(at + 24),
    packed: bytes.readUInt32LE(at + 20),
    method: bytes.readUInt16LE(at + 10),
    offset: bytes.readUInt32LE(at + 42),
    encrypted: (flags & 1) !== 0,
    next,
  };
}

/** UTF-8 where it says so, or where it is. */
function nameOf(raw: Buffer, utf8: boolean): string {
  const text = raw.toString('utf8');
  return utf8 || !text.includes('\ufffd') ? text : raw.toString('latin1');
}

/** Only what looks like an archive by its name is unpacked. */
const NESTED = /\.(zip|jar|war|docm|xlsm|gz|tgz|tar)$/i;

function nested(content: () => Buffer | undefined, name: string, depth: number, state: State): void {
  if (!NESTED.test(name)) return;
  const bytes = content();
  if (bytes) list(bytes, name, depth + 1, state);
}

function zipContent(bytes: Buffer, entry: ZipEntry, front: number, state: State): Buffer | undefined {
  if (entry.encrypted || (entry.method !== 0 && entry.method !== 8)) return undefined;
  const at = entry.offset + front;
  const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  const packed = bytes.subarray(start, start + entry.packed);
  return entry.method === 0 ? packed : inflate(packed, inflateRawSync, state);
}

function inflate(packed: Buffer, by: typeof inflateRawSync, state: State): Buffer | undefined {
  const most = Math.min(state.left, Math.max(packed.length * MOST_RATIO, 4096));
  if (most <= 0) return undefined;
  try {
    const bytes = by(packed, { maxOutputLength: most });
    state.left -= bytes.length;
    return bytes;
  } catch (error) {
    const bomb = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    if (bomb) state.left -= most;
    state.notes.push(bomb ? 'archive that grows beyond all measure' : 'damaged archive');
    return undefined;
  }
}

function readGzip(bytes: Buffer, parent: string | undefined, depth: number, state: State): void {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + bytes.readUInt16LE(at);
  const end = flags & 8 ? bytes.indexOf(0, at) : -1;
  const name = end > at ? bytes.toString('latin1', at, end) : '';
  const size = bytes.length >= 18 ? bytes.readUInt32LE(bytes.length - 4) : 0;
  if (name !== '') add({ name, size, ...within(parent) }, state);
  const inner = inflate(bytes, gunzipSync, state);
  if (inner) list(inner, name || parent, depth + 1, state);
}

const BLOCK = 512;
const text = (bytes: Buffer): string => bytes.toString('utf8').replace(/\0.*$/s, '');

function readTar(bytes: Buffer, parent: string | undefined, depth: number, state: State): void {
  let long = '';
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const head = bytes.subarray(at, at + BLOCK);
    if (head[0] === 0) return;
    const size = Number.parseInt(text(head.subarray(124, 136)).trim() || '0', 8);
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('size');
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    const type = String.fromCharCode(head[156] ?? 0);
    const prefix = text(head.subarray(345, 500));
    const name = long || [prefix, text(head.subarray(0, 100))].filter(Boolean).join('/');
    long = type === 'L' ? text(content) : '';
    if (type === '0' || type === '\0') {
      if (!add({ name, size, ...within(parent) }, state)) return;
      nested(() => content, name, depth, state);
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
