/** A message to look at, without risk for the one who looks and for this process. */
import { open } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { Content } from '../queue/spool.ts';
import type { Bodies, Order } from './worker.ts';

const WALL_MS = 10_000;
const HEAP_MIB = 256;
const MOST_HEADER = 256 * 1024;
/** Messages that are read at a time. */
const PLACES = 2;

let free = PLACES;
const line: (() => void)[] = [];

/** Text and safe HTML; undefined when the message could not be read within the limits. */
export async function readBodies(content: Content): Promise<Bodies | undefined> {
  if (free > 0) free--;
  else await new Promise<void>((go) => line.push(go));
  try {
    return await inThread({ path: content.path, start: content.start, end: content.end });
  } finally {
    const next = line.shift();
    if (next) next();
    else free++;
  }
}

async function inThread(order: Order): Promise<Bodies | undefined> {
  const thread = new Worker(new URL('./worker.ts', import.meta.url), {
    execArgv: [],
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, stackSizeMb: 4 },
  });
  const answer = new Promise<Bodies | undefined>((resolve) => {
    const late = setTimeout(() => resolve(undefined), WALL_MS);
    const end = (bodies?: Bodies): void => {
      clearTimeout(late);
      resolve(bodies);
    };
    thread.once('message', end);
    thread.once('error', () => end());
    thread.once('exit', () => end());
  });
  try {
    return await answer;
  } finally {
    await thread.terminate();
  }
}

/** The header as it came, up to the empty line. */
export async function readHeader({ path, start, end }: Content): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(MOST_HEADER, Math.max(0, end - start)));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    const stop = text.indexOf('\r\n\r\n');
    return stop < 0 ? text : text.slice(0, stop + 2);
  } finally {
    await handle.close();
  }
}

/** A piece of the message, and whether it is the last. */
export async function readPiece(
  { path, start, end }: Content,
  offset: number,
  size: number,
): Promise<{ bytes: string; last: boolean }> {
  const handle = await open(path, 'r');
  try {
    const length = Math.max(0, Math.min(size, end - start - offset));
    const buffer = Buffer.alloc(length);
    await handle.read(buffer, 0, length, start + offset);
    return { bytes: buffer.toString('base64'), last: offset + length >= end - start };
  } finally {
    await handle.close();
  }
}
