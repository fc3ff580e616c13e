import type { FileReader } from './file.ts';

/** Reads a section through a buffer, so that neighbours cost one read. Views last until the next one. */
export class Window {
  private readonly file: FileReader;
  private readonly section: string;
  private readonly size: number;
  private buffer: Buffer<ArrayBuffer>;
  private from = 0;
  private to = 0;

  /** `size`: bytes that are read at least. */
  constructor(file: FileReader, section: string, size: number) {
    this.file = file;
    this.section = section;
    this.size = file.length(section);
    this.buffer = Buffer.allocUnsafe(size);
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
    if (length > this.buffer.length) this.buffer = Buffer.allocUnsafe(length);
    const n = Math.min(this.buffer.length, this.size - at);
    this.file.into(this.section, this.buffer, at, n);
    this.from = at;
    this.to = at + n;
  }
}
