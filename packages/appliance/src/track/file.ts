/**
 * Immutable files of named sections: magic, sections one after another, a JSON table of them, its length and
 * checksum. Every section has a CRC-32. A file is written under a temporary name and gets its own when it is whole
 * and on the disk.
 */
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

const MAGIC = Buffer.from('SLTRACK1');
const TAIL = 16;
const CHUNK = 1 << 20;

/** Where a section is: offset, length, CRC-32. */
type Place = [offset: number, length: number, crc: number];

export interface Table {
  meta: unknown;
  sections: Record<string, Place>;
}

/** Writes sections in the order in which they are given. */
export class FileWriter {
  private readonly sections: Record<string, Place> = {};
  private readonly fd: number;
  private readonly path: string;
  private offset = 0;

  constructor(path: string) {
    this.path = path;
    this.fd = openSync(`${path}.tmp`, 'w', 0o600);
    this.write(MAGIC);
  }

  /** A whole section. */
  section(name: string, bytes: Uint8Array): void {
    this.sections[name] = [this.offset, bytes.byteLength, crc32(bytes)];
    this.write(bytes);
  }

  /** A section of typed numbers, little-endian as this machine has them. */
  numbers(name: string, array: Uint32Array | Float64Array): void {
    this.section(name, Buffer.from(array.buffer, array.byteOffset, array.byteLength));
  }

  /** A section in pieces; `write` may be called until the next section begins. */
  stream(name: string): (bytes: Uint8Array) => void {
    const place: Place = [this.offset, 0, 0];
    this.sections[name] = place;
    return (bytes) => {
      place[1] += bytes.byteLength;
      place[2] = crc32(bytes, place[2]);
      this.write(bytes);
    };
  }

  /** Ends the file, brings it to the disk and gives it its name. Returns its size in bytes. */
  finish(meta: unknown): number {
    const table = Buffer.from(JSON.stringify({ meta, sections: this.sections } satisfies Table));
    const tail = Buffer.alloc(TAIL);
    tail.writeUInt32LE(table.length, 0);
    tail.writeUInt32LE(crc32(table), 4);
    MAGIC.copy(tail, 8);
    this.write(table);
    this.write(tail);
    fsyncSync(this.fd);
    closeSync(this.fd);
    renameSync(`${this.path}.tmp`, this.path);
    syncDir(dirname(this.path));
    return this.offset;
  }

  /** Removes what was written. */
  abandon(): void {
    closeSync(this.fd);
    rmSync(`${this.path}.tmp`);
  }

  private write(bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.byteLength) done += writeSync(this.fd, bytes, done);
    this.offset += bytes.byteLength;
  }
}

/** Makes renames and removals in a folder last. */
export function syncDir(dir: string): void {
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Reads sections at any place. */
export class FileReader {
  readonly meta: unknown;
  /** What the file says of itself: sections with their checksums. */
  readonly table: Table;
  readonly size: number;
  private readonly fd: number;
  private readonly path: string;
  private readonly sections: Record<string, Place>;

  /** Throws if the file is not whole. */
  constructor(path: string, size: number) {
    this.path = path;
    this.size = size;
    this.fd = openSync(path, 'r');
    this.table = this.readTable();
    this.meta = this.table.meta;
    this.sections = this.table.sections;
  }

  length(name: string): number {
    return this.sections[name]?.[1] ?? 0;
  }

  /** Part of a section, into `buffer` at 0. */
  into(name: string, buffer: Uint8Array, at: number, length: number): void {
    this.read(buffer, (this.sections[name]?.[0] ?? 0) + at, length);
  }

  bytes(name: string, at = 0, length = this.length(name)): Buffer<ArrayBuffer> {
    const buffer = Buffer.from(new ArrayBuffer(length));
    this.into(name, buffer, at, length);
    return buffer;
  }

  /** 32-bit numbers `from` up to `to` of a section. */
  ints(name: string, from = 0, to = this.length(name) >>> 2): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.bytes(name, from * 4, (to - from) * 4).buffer);
  }

  floats(name: string): Float64Array<ArrayBuffer> {
    return new Float64Array(this.bytes(name).buffer);
  }

  /** Names of sections whose checksum is wrong. */
  broken(): string[] {
    return Object.entries(this.sections).flatMap(([name, place]) => (this.whole(place) ? [] : [name]));
  }

  close(): void {
    closeSync(this.fd);
  }

  private readTable(): Table {
    const tail = Buffer.alloc(TAIL);
    if (this.size < TAIL + MAGIC.length) throw this.damaged();
    this.read(tail, this.size - TAIL, TAIL);
    const length = tail.readUInt32LE(0);
    if (!tail.subarray(8).equals(MAGIC) || length > this.size - TAIL) throw this.damaged();
    const table = Buffer.alloc(length);
    this.read(table, this.size - TAIL - length, length);
    if (crc32(table) !== tail.readUInt32LE(4)) throw this.damaged();
    return JSON.parse(table.toString());
  }

  private whole([offset, length, crc]: Place): boolean {
    const chunk = Buffer.alloc(Math.min(length, CHUNK));
    let sum = 0;
    for (let at = 0; at < length; at += CHUNK) {
      const part = chunk.subarray(0, Math.min(CHUNK, length - at));
      this.read(part, offset + at, part.length);
      sum = crc32(part, sum);
    }
    return sum === crc;
  }

  private read(buffer: Uint8Array, at: number, length: number): void {
    let done = 0;
    while (done < length) {
      const n = readSync(this.fd, buffer, done, length - done, at + done);
      if (n === 0) throw this.damaged();
      done += n;
    }
  }

  private damaged(): Error {
    return new Error(`${this.path} is damaged. Restore the folder from a backup.`);
  }
}
