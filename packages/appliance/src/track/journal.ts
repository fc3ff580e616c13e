/**
 * The journal: what was appended and is not sealed yet. Frames of length, CRC-32 and lines of text. A frame that a
 * crash cut off was never confirmed to anyone and is taken away.
 */
import { readFileSync, statSync, truncateSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

const HEAD = 8;

export class Journal {
  readonly path: string;
  private readonly file: FileHandle;
  /** Bytes of whole frames. */
  length: number;

  private constructor(path: string, file: FileHandle, length: number) {
    this.path = path;
    this.file = file;
    this.length = length;
  }

  /** `path` has to end with a whole frame. */
  static async open(path: string): Promise<Journal> {
    const file = await open(path, 'a', 0o600);
    return new Journal(path, file, (await file.stat()).size);
  }

  /** On the disk when it resolves; when it rejects (disk full) nothing of it is, so that later frames can be read. */
  async append(text: string): Promise<void> {
    const frame = Buffer.allocUnsafe(HEAD + Buffer.byteLength(text));
    frame.write(text, HEAD);
    const body = frame.subarray(HEAD);
    frame.writeUInt32LE(body.length, 0);
    frame.writeUInt32LE(crc32(body), 4);
    try {
      if (this.torn) await this.mend();
      await this.file.appendFile(frame);
      await this.file.datasync();
    } catch (error) {
      this.torn = true;
      await this.mend().catch(() => undefined);
      throw error;
    }
    this.length += frame.length;
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  /** A frame was not written whole, and what there is of it is still in the file. */
  private torn = false;

  private async mend(): Promise<void> {
    await this.file.truncate(this.length);
    await this.file.datasync();
    this.torn = false;
  }
}

/** Makes an empty journal that a crash does not lose. */
export async function createJournal(path: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  await file.sync();
  await file.close();
}

/**
 * Every whole frame in order, and how far they reach. A frame without text is none: after a power cut the end of a
 * file may be zeros, whose length is 0 and whose checksum of nothing is right.
 */
export function readJournal(path: string): { frames: string[]; bytes: number } {
  const data = readFileSync(path);
  const frames: string[] = [];
  let at = 0;
  while (at + HEAD <= data.length) {
    const length = data.readUInt32LE(at);
    const body = data.subarray(at + HEAD, at + HEAD + length);
    if (length === 0 || body.length < length || crc32(body) !== data.readUInt32LE(at + 4)) break;
    frames.push(body.toString());
    at += HEAD + body.length;
  }
  return { frames, bytes: at };
}

/** Takes a frame that is not whole from the end. Returns the number of bytes taken away. */
export function repairJournal(path: string, whole: number): number {
  const torn = statSync(path).size - whole;
  if (torn > 0) truncateSync(path, whole);
  return torn;
}

/** A line that says: what follows of this MID came from an older part. */
const CARRY = '^';

/** Groups the lines of frames by message, in order of first mention. */
export function byMid(frames: readonly string[]): Map<number, { lines: string[]; carried: boolean }> {
  const messages = new Map<number, { lines: string[]; carried: boolean }>();
  for (const frame of frames)
    for (const line of frame.split('\n')) {
      const carried = line.startsWith(CARRY);
      const body = carried ? line.slice(1) : line;
      const mid = midOf(body);
      const message = messages.get(mid);
      if (!message) messages.set(mid, { lines: [body], carried });
      else {
        message.lines.push(body);
        message.carried ||= carried;
      }
    }
  return messages;
}

/** Marks a line as carried over. */
export const carry = (line: string): string => CARRY + line;

/** MID of a line that was carried over; undefined for others. */
export const carriedMid = (line: string): number | undefined =>
  line.startsWith(CARRY) ? midOf(line.slice(1)) : undefined;

/** MID of an event's line. */
export const midOf = (line: string): number => Number.parseInt(line.slice(1), 10);
