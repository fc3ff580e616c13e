/** The DATA phase of one message. */
import type { Reply } from '@sightline/api';
import type { SMTPServerDataStream } from 'smtp-server';
import { createGuard } from './bytes.ts';
import { Refusal, trouble } from './refusal.ts';

/** Where the bytes go; the queue's intake. */
export interface Sink {
  write(chunk: Buffer): Promise<void>;
  /** `told`: a refusal is in tracking already. */
  commit(): Promise<{ taken: true } | { taken: false; reply: Reply; by?: string; told?: boolean }>;
  discard(): Promise<void>;
}

export interface Reception {
  /** Bytes of our own in front of the message. */
  front: Buffer;
  maxSize: number;
  begin(): Promise<Sink>;
}

/**
 * Reads the message to its end whatever happens, so that the answer comes where the client expects it.
 * @throws Refusal; then nothing of the message is kept
 */
export async function receive(stream: SMTPServerDataStream, reception: Reception): Promise<void> {
  const sink = await open(reception);
  let fault = sink instanceof Refusal ? sink : undefined;
  try {
    const guard = createGuard();
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      fault ??= checkBytes(guard.push(chunk), stream.byteLength, reception.maxSize);
      if (!fault && !(sink instanceof Refusal))
        fault = await sink.write(chunk).then(() => undefined, trouble);
    }
    fault ??= checkBytes(guard.end(), stream.byteLength, reception.maxSize);
  } catch (error) {
    fault = trouble(error);
  }
  if (sink instanceof Refusal) throw sink;
  if (!fault) return commit(sink);
  await sink.discard();
  throw fault;
}

async function open({ begin, front }: Reception): Promise<Sink | Refusal> {
  let sink: Sink | undefined;
  try {
    sink = await begin();
    await sink.write(front);
    return sink;
  } catch (error) {
    await sink?.discard();
    return trouble(error);
  }
}

const UNCLEAN = '5.6.0 A bare CR, a bare LF or a NUL is not allowed in a message.';

function checkBytes(clean: boolean, size: number, maxSize: number): Refusal | undefined {
  if (size > maxSize) return new Refusal(552, `5.3.4 The message is larger than ${maxSize} bytes.`);
  if (!clean) return new Refusal(550, UNCLEAN, { hangUp: true });
  return undefined;
}

async function commit(sink: Sink): Promise<void> {
  let result: Awaited<ReturnType<Sink['commit']>>;
  try {
    result = await sink.commit();
  } catch (error) {
    await sink.discard().catch(() => undefined);
    throw trouble(error);
  }
  if (!result.taken) {
    const { reply, ...how } = result;
    const { code, status, text } = reply;
    throw new Refusal(code, [status, text].filter(Boolean).join(' '), how);
  }
}
