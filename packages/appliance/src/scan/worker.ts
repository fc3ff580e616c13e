/** The thread that parses: one message at a time, told by the pool. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { parse } from './parse.ts';
import type { Part, Scanned, Source, Wanted } from './scanned.ts';

export interface Order {
  id: number;
  source: Source;
  wanted?: Wanted;
}

export type Answer = { id: number; part: Part } | { id: number; done: Scanned['parse'] };

async function serve(order: Order, tell: (answer: Answer) => void): Promise<void> {
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
