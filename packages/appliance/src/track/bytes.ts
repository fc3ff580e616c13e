/** Bytes written one after another, with variable-length integers (7 bits a byte, low bits first). */
export class Bytes {
  length = 0;
  private buffer: Buffer<ArrayBuffer>;

  constructor(capacity = 4096) {
    this.buffer = Buffer.allocUnsafe(capacity);
  }

  byte(value: number): void {
    if (this.length === this.buffer.length) this.grow(1);
    this.buffer[this.length++] = value;
  }

  varint(value: number): void {
    if (this.length + 5 > this.buffer.length) this.grow(5);
    let rest = value;
    while (rest > 127) {
      this.buffer[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.buffer[this.length++] = rest;
  }

  text(value: string): void {
    if (this.length + value.length * 3 > this.buffer.length) this.grow(value.length * 3);
    this.length += this.buffer.write(value, this.length);
  }

  /** The filled part; valid until the next write. */
  view(): Buffer<ArrayBuffer> {
    return this.buffer.subarray(0, this.length);
  }

  private grow(need: number): void {
    const bigger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + need));
    this.buffer.copy(bigger, 0, 0, this.length);
    this.buffer = bigger;
  }
}

/** Reads variable-length integers. */
export class Reader {
  at: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  /** Throws past the end: damaged data must not be read forever. */
  varint(): number {
    let byte = this.bytes[this.at++] as number;
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let shift = 7; ; shift += 7) {
      if (this.at >= this.bytes.length) throw new RangeError('tracking data ends inside a number');
      byte = this.bytes[this.at++] as number;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }
}
