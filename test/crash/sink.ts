/** The next hop: answers 250 only when the delivery is in its ledger on the disk. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { SMTPServer } from 'smtp-server';

export interface Delivery {
  id: string;
  recipient: string;
  /** SHA-256 of the message from its X-Load-Id header on. */
  hash: string;
}

export interface Sink {
  port: number;
  deliveries: Delivery[];
  close(): Promise<void>;
}

export const hashOf = (raw: Buffer): { id: string; hash: string } => {
  const start = raw.indexOf('X-Load-Id: ');
  const id = /^X-Load-Id: (\S+)/.exec(raw.subarray(start, start + 200).toString())?.[1] ?? '';
  return { id, hash: createHash('sha256').update(raw.subarray(start)).digest('hex') };
};

/** @param random makes one recipient in twenty wait for its second attempt */
export async function openSink(path: string, random: () => number): Promise<Sink> {
  const file = await open(path, 'a');
  const write = ledger(file);
  const deliveries: Delivery[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onRcptTo: (_address, _session, done) =>
      done(random() < 0.05 ? Object.assign(new Error('Come later'), { responseCode: 450 }) : null),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { id, hash } = hashOf(Buffer.concat(chunks));
        const got = session.envelope.rcptTo.map(({ address }) => ({ id, recipient: address, hash }));
        write(got.map((one) => JSON.stringify(one)).join('\n')).then(() => {
          deliveries.push(...got);
          done(null, 'kept');
        }, done);
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    deliveries,
    async close() {
      for (const connection of [...server.connections]) connection._socket.destroy();
      await new Promise<void>((resolve) => server.close(resolve));
      await file.close();
    },
  };
}

/** Lines are durable when the promise resolves; lines that come together share one fsync. */
function ledger(file: FileHandle): (line: string) => Promise<void> {
  let waiting: string[] = [];
  let next: Promise<void> | undefined;
  let last = Promise.resolve();
  const flush = async (): Promise<void> => {
    next = undefined;
    const lines = waiting;
    waiting = [];
    await file.write(`${lines.join('\n')}\n`);
    await file.datasync();
  };
  return (line) => {
    waiting.push(line);
    next ??= last.then(flush);
    last = next;
    return next;
  };
}
