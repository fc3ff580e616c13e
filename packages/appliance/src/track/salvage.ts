/** Records of a segment file in whatever state it is: they come first in it, one after another. */
import { readFileSync, statSync } from 'node:fs';
import type { SegmentMeta } from './build.ts';
import { decodeRecord } from './codec.ts';
import { FileReader } from './file.ts';
import { placeOf } from './segment.ts';

export interface Salvaged {
  /** Undefined where the end of the file is damaged. */
  meta: SegmentMeta | undefined;
  /** In the order of the file. */
  records: Generator<string>;
}

const MAGIC = 8;

export function salvage(path: string): Salvaged {
  const whole = open(path);
  if (!whole) return { meta: undefined, records: texts(contents(path)) };
  const meta = whole.meta as SegmentMeta;
  const broken = whole.broken();
  if (broken.includes('record') || broken.includes('start')) {
    const bytes = whole.bytes('record');
    whole.close();
    return { meta, records: texts(bytes) };
  }
  return { meta, records: numbered(whole) };
}

function open(path: string): FileReader | undefined {
  try {
    return new FileReader(path, statSync(path).size);
  } catch {
    return undefined;
  }
}

function* numbered(file: FileReader): Generator<string> {
  try {
    const starts = file.ints('start');
    for (let i = 0; i + 1 < starts.length; i++) {
      const from = starts[i] as number;
      yield file.bytes('record', from, (starts[i + 1] as number) - from).toString();
    }
  } finally {
    file.close();
  }
}

const contents = (path: string): Buffer => readFileSync(path).subarray(MAGIC);

const [OPEN, CLOSE, QUOTE, BACKSLASH] = [...'[]"\\'].map((c) => c.charCodeAt(0));

/** Arrays that stand one after another; where one is damaged it goes on at what looks like the next. */
function* texts(bytes: Buffer): Generator<string> {
  for (let from = 0; bytes[from] === OPEN; ) {
    const end = endOf(bytes, from);
    const text = bytes.toString('utf8', from, end);
    if (end > 0 && isRecord(text)) {
      yield text;
      from = end;
    } else from = nextBeginning(bytes, from + 1);
  }
}

/** Where the array that begins at `from` ends; -1 if it does not. */
function endOf(bytes: Buffer, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = from; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === BACKSLASH && quoted) i++;
    else if (byte === QUOTE) quoted = !quoted;
    else if (quoted) continue;
    else if (byte === OPEN) depth++;
    else if (byte === CLOSE && --depth === 0) return i + 1;
  }
  return -1;
}

/** How far a record reaches at most, when its end is damaged. */
const REACH = 1 << 22;
const BEGINNING = /\[\d{1,16},\d{12,14},\d{1,16},/;

function nextBeginning(bytes: Buffer, from: number): number {
  const found = BEGINNING.exec(bytes.toString('latin1', from, from + REACH));
  return found ? from + found.index : bytes.length;
}

function isRecord(text: string): boolean {
  try {
    return decodeRecord(text).length > 0 && Number.isSafeInteger(placeOf(text).received);
  } catch {
    return false;
  }
}
