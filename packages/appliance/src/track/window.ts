import type { FileReader } from './file.ts';

/** Bytes of one read at most, and of a gap that is read with what lies round it: a call costs as much. */
const MOST = 64 * 1024;

/**
 * Reads a section through a buffer, so that neighbours cost one read; whoever goes on from where the last read ended
 * gets more with each. Views last until the next one.
 */
export class Window {
  private readonly file: FileReader;
  private readonly section: string;
  private readonly size: number;
  private readonly least: number;
  private buffer: Buffer<ArrayBuffer> = NOTHING;
  private from = 0;
  private to = 0;
  /** Bytes that the next read takes. */
  private ahead: number;

  /** `least`: bytes that are read at once. */
  constructor(file: FileReader, section: string, least: number) {
    this.file = file;
    this.section = section;
    this.size = file.length(section);
    this.least = least;
    this.ahead = least;
  }

  /** `length` bytes at `at`; fewer at the section's end. */
  view(at: number, length: number): Buffer<ArrayBuffer> {
    const end = Math.min(this.size, at + length);
    if (at < this.from || end > this.to) this.load(at, end - at);
    return this.buffer.subarray(at - this.from, end - this.from);
  }

  /** 32-bit number at index `i`. */
  int(i: number): number {
    if (i * 4 < this.from || i * 4 + 4 > this.to) this.load(i * 4, 4);
    return this.buffer.readUInt32LE(i * 4 - this.from);
  }

  private load(at: number, length: number): void {
    const near = at >= this.from && at - this.to < MOST && this.to > 0;
    this.ahead = near ? Math.min(MOST, this.ahead * 2) : this.least;
    const n = Math.min(this.size - at, Math.max(length, this.ahead));
    const large = !near && this.buffer.length > 4 * this.least;
    if (n > this.buffer.length || large) this.buffer = Buffer.allocUnsafe(Math.max(n, this.least));
    this.file.into(this.section, this.buffer, at, n);
    this.from = at;
    this.to = at + n;
  }
}

const NOTHING = Buffer.alloc(0);
