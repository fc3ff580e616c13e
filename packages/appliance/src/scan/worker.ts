/** The thread that parses: one message at a time, told by the pool. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { parse, parsePlain } from './parse.ts';
import type { Part, Scanned, Source, Wanted } from './scanned.ts';

export interface Order {
  id: number;
  source: Source;
  wanted?: Wanted;
}

/** Part by part where reading may be cut off; of an ordinary message all of it as JSON, which is cheaper to hand over. */
export type Answer =
  | { id: number; part: Part }
  | { id: number; done: Scanned['parse'] }
  | { id: number; done: Scanned['parse']; parts: string };

async function serve(order: Order, tell: (answer: Answer) => void): Promise<void> {
  if (plainly(order, tell)) return;
  let open = true;
  const tellPart = (part: Part): void => {
    if (open) tell({ id: order.id, part });
  };
  const done = await parse(read(order.source), tellPart, order.wanted).catch(
    (): Scanned['parse'] => 'failed',
  );
  open = false;
  tell({ id: order.id, done });
}

/** @returns false where the message is none of those that can be read at once */
function plainly({ id, source, wanted }: Order, tell: (answer: Answer) => void): boolean {
  if (!('bytes' in source)) return false;
  const parts: Part[] = [];
  const { buffer, byteOffset, byteLength } = source.bytes;
  try {
    const done = parsePlain(Buffer.from(buffer, byteOffset, byteLength), (part) => parts.push(part), wanted);
    if (done) tell({ id, done, parts: JSON.stringify(parts) });
    return done !== undefined;
  } catch {
    return false;
  }
}

parentPort?.on('message', (order: Order) => void serve(order, (answer) => parentPort?.postMessage(answer)));

// In small pieces: when a limit is met, what came in the pieces before is known already.
const PIECE = 16 * 1024;

function read(source: Source): Readable {
  if ('bytes' in source) return Readable.from(pieces(Buffer.from(source.bytes)));
  if (source.end <= source.start) return Readable.from([]);
  const { path, start, end } = source;
  return createReadStream(path, { start, end: end - 1, highWaterMark: PIECE });
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}
