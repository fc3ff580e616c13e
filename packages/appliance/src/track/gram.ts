/**
 * Index of the three-byte pieces of sorted strings: which strings may contain a text. Pieces fall into buckets by
 * hash; a bucket lists the ids of its strings, ascending, as distances. Whoever asks checks the strings.
 */
import { Bytes, Reader } from './bytes.ts';

/** Between strings; no UTF-8 text contains it. */
export const SEPARATOR = 0xff;
/** Fewer strings are read faster than looked up. */
const WORTH = 512;

/** Start of each bucket in `lists`, and the end of the last. */
export interface Grams {
  starts: Uint32Array<ArrayBuffer>;
  lists: Uint8Array;
}

const piece = (a: number, b: number, c: number, shift: number): number =>
  Math.imul((a << 16) | (b << 8) | c, 0x9e3779b1) >>> shift;

/** Index of `count` strings that stand one after another in `text`, each followed by SEPARATOR. */
export function buildGrams(text: Uint8Array, count: number): Grams | undefined {
  if (count < WORTH) return undefined;
  const bits = Math.min(16, Math.max(10, Math.ceil(Math.log2(count))));
  const shift = 32 - bits;
  const starts = sizes(text, bits, shift);
  const lists = new Uint8Array(starts[starts.length - 1] as number);
  const at = starts.slice();
  const last = new Uint32Array(1 << bits);
  eachPiece(text, shift, (bucket, id) => {
    const before = last[bucket] as number;
    if (before === id + 1) return;
    last[bucket] = id + 1;
    let rest = id + 1 - before;
    let to = at[bucket] as number;
    for (; rest > 127; rest >>>= 7) lists[to++] = (rest & 127) | 128;
    lists[to++] = rest;
    at[bucket] = to;
  });
  return { starts, lists };
}

function sizes(text: Uint8Array, bits: number, shift: number): Uint32Array<ArrayBuffer> {
  const last = new Uint32Array(1 << bits);
  const starts = new Uint32Array((1 << bits) + 1);
  eachPiece(text, shift, (bucket, id) => {
    const distance = id + 1 - (last[bucket] as number);
    if (distance === 0) return;
    last[bucket] = id + 1;
    starts[bucket + 1] = (starts[bucket + 1] as number) + varintLength(distance);
  });
  for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
  return starts;
}

const varintLength = (n: number): number =>
  n < 128 ? 1 : n < 16_384 ? 2 : n < 2_097_152 ? 3 : n < 2 ** 28 ? 4 : 5;

function eachPiece(text: Uint8Array, shift: number, visit: (bucket: number, id: number) => void): void {
  let id = 0;
  let a = SEPARATOR;
  let b = SEPARATOR;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as number;
    if (c === SEPARATOR) id++;
    else if (a !== SEPARATOR && b !== SEPARATOR) visit(piece(a, b, c, shift), id);
    a = b;
    b = c;
  }
}

/** Where a stored index is read from. */
export interface GramSource {
  buckets: number;
  /** Start of a bucket, or the end of the one before it. */
  start(bucket: number): number;
  list(from: number, to: number): Uint8Array;
}

/**
 * Ids that may contain the text, ascending; undefined if the index cannot tell (text under three bytes). Shortest
 * list first; longer ones only while reading them costs less than checking strings.
 */
export function gramIds(source: GramSource, needle: Uint8Array): number[] | undefined {
  const lists = placesOf(source, needle);
  const first = lists[0];
  if (!first) return undefined;
  let ids = readIds(source.list(first[0], first[1]));
  for (const [from, to] of lists.slice(1)) {
    if (ids.length < 32 || to - from > ids.length * 64) break;
    ids = common(ids, source.list(from, to));
  }
  return ids;
}

/** Of every piece of the text, shortest first. */
function placesOf(source: GramSource, needle: Uint8Array): [from: number, to: number][] {
  const shift = 32 - Math.log2(source.buckets);
  const buckets = new Set<number>();
  for (let i = 2; i < needle.length; i++)
    buckets.add(piece(needle[i - 2] as number, needle[i - 1] as number, needle[i] as number, shift));
  const places = [...buckets].map((b): [number, number] => [source.start(b), source.start(b + 1)]);
  return places.sort((x, y) => x[1] - x[0] - (y[1] - y[0]));
}

function readIds(bytes: Uint8Array): number[] {
  const ids: number[] = [];
  const reader = new Reader(bytes);
  for (let id = -1; reader.left > 0; ) {
    id += reader.varint();
    ids.push(id);
  }
  return ids;
}

function common(ids: number[], bytes: Uint8Array): number[] {
  const kept: number[] = [];
  const reader = new Reader(bytes);
  let i = 0;
  for (let id = -1; reader.left > 0 && i < ids.length; ) {
    id += reader.varint();
    while (i < ids.length && (ids[i] as number) < id) i++;
    if (ids[i] === id) kept.push(id);
  }
  return kept;
}

/** All strings of a field in one buffer. */
export function joinStrings(strings: readonly string[]): { text: Buffer<ArrayBuffer>; blocks: Uint32Array } {
  const bytes = new Bytes(strings.length * 32 + 16);
  const blocks = new Uint32Array(Math.ceil(strings.length / BLOCK) + 1);
  for (const [i, s] of strings.entries()) {
    if (i % BLOCK === 0) blocks[i / BLOCK] = bytes.length;
    bytes.text(s);
    bytes.byte(SEPARATOR);
  }
  blocks[blocks.length - 1] = bytes.length;
  return { text: bytes.view(), blocks };
}

/** Strings of one block: what is read to get at one of them. */
export const BLOCK = 32;
