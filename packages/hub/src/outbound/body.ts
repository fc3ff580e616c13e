/** Reads an answer within limits, also after it has been unpacked. */
import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { fail } from '@sightline/api';

/** Encodings on top of one another that are unpacked. */
const MOST_ENCODINGS = 5;

const UNPACK: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};
export const ACCEPT_ENCODING = 'gzip, deflate, br';

/** @throws `answer_too_large` as soon as it is, `answer_invalid` when it cannot be unpacked */
export async function bodyOf(answer: IncomingMessage, host: string, maxBytes: number): Promise<Buffer> {
  const steps = unpackers(answer.headers['content-encoding'], host);
  const limited = (from: Readable) => within(from, maxBytes, host);
  let from: AsyncIterable<Buffer> = limited(answer);
  for (const step of steps) from = limited(through(from, step));
  const parts: Buffer[] = [];
  try {
    for await (const part of from) parts.push(part);
  } catch (error) {
    for (const step of steps) step.destroy();
    answer.destroy();
    if (isUnpacking(error))
      throw fail('answer_invalid', { host, reason: 'it cannot be unpacked' }, { cause: error });
    throw error;
  }
  return Buffer.concat(parts);
}

const isUnpacking = (error: unknown): boolean =>
  /^(Z_|ERR__?ERROR|ERR_BROTLI|ERR_PADDING)/.test(String((error as { code?: unknown }).code ?? ''));

/** In the order in which they are taken off. */
function unpackers(header: string | undefined, host: string): Transform[] {
  const names = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
    .reverse();
  const unknown = names.find((name) => !Object.hasOwn(UNPACK, name));
  if (unknown !== undefined || names.length > MOST_ENCODINGS)
    throw fail('answer_invalid', { host, reason: 'it is packed in a way that this hub does not read' });
  return names.map((name) => (UNPACK[name] as () => Transform)());
}

/** Feeds a transform at the speed at which it is read. */
function through(from: AsyncIterable<Buffer>, step: Transform): Readable {
  step.on('error', () => {});
  void (async () => {
    try {
      for await (const part of from)
        if (!step.write(part)) await new Promise((go) => step.once('drain', go).once('close', go));
      step.end();
    } catch (error) {
      step.destroy(error as Error);
    }
  })();
  return step;
}

async function* within(from: Readable, maxBytes: number, host: string): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const part of from as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes)
      throw fail('answer_too_large', { host, limit: `${Math.round(maxBytes / 1024)} KiB` });
    yield part;
  }
}
