/** clamd: `INSTREAM` over TCP or a unix socket, one connection for each message. */
import { createReadStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { flowPolicyOf } from '@sightline/api';
import type { Engine, Letter } from './engine.ts';

const MOST_REPLY = 64 * 1024;
const VERSION_MS = 600_000;

export function clamavEngine(clock: () => number): Engine {
  let version = { text: '', endpoint: '', at: Number.NEGATIVE_INFINITY };
  const known = async ({ config, signal }: Letter): Promise<string> => {
    const { endpoint } = config.engines.clamav;
    if (version.endpoint !== endpoint || clock() - version.at > VERSION_MS)
      version = { endpoint, at: clock(), text: versionOf(await converse(endpoint, 'zVERSION\0', signal)) };
    return version.text;
  };
  return {
    name: 'clamav',
    category: 'virus',
    wants: ({ head, config }) => flowPolicyOf(config.flowPolicies, head.flowPolicy).virus,
    async look(letter) {
      const { bytes, config, signal } = letter;
      const { path, start, end } = bytes;
      const message = createReadStream(path, { start, end: end - 1 });
      const reply = await converse(config.engines.clamav.endpoint, 'zINSTREAM\0', signal, message);
      return { results: [{ ...judge(reply), version: await known(letter) }] };
    },
  };
}

/** `ClamAV 1.4.3/27800/…` */
const versionOf = (reply: string): string => /^ClamAV ([^/\s]+)/.exec(reply)?.[1] ?? '';

/** `stream: OK`, `stream: NAME FOUND`; anything else is an error. */
export function judge(reply: string): { verdict: 'clean' | 'positive'; names: string[] } {
  if (reply === 'stream: OK') return { verdict: 'clean', names: [] };
  const name = /^stream: (.+) FOUND$/.exec(reply)?.[1];
  if (name === undefined) throw new Error(`clamd answered: ${reply.slice(0, 200) || 'nothing'}`);
  return { verdict: 'positive', names: [name.slice(0, 200)] };
}

function open(endpoint: string): Socket {
  if (endpoint.startsWith('unix:')) return connect(endpoint.slice('unix:'.length));
  const [, host = '', port = ''] = /^tcp:\/\/(.+):(\d+)$/.exec(endpoint) ?? [];
  return connect(Number(port), host.replace(/^\[|\]$/g, ''));
}

async function converse(
  endpoint: string,
  command: string,
  signal: AbortSignal,
  message?: Readable,
): Promise<string> {
  signal.throwIfAborted();
  const socket = open(endpoint);
  const stop = (): void => void socket.destroy(new Error('The time for clamd is over.'));
  signal.addEventListener('abort', stop);
  try {
    const answer = reply(socket);
    // What clamd says before the end (a size limit) counts, not that it then takes no more.
    const sent = send(socket, command, message).catch(() => undefined);
    const text = await answer;
    message?.destroy();
    await sent;
    return text;
  } finally {
    signal.removeEventListener('abort', stop);
    message?.destroy();
    socket.destroy();
  }
}

async function send(socket: Socket, command: string, message?: Readable): Promise<void> {
  await write(socket, Buffer.from(command));
  if (!message) return;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(chunk.length);
    await write(socket, length);
    await write(socket, chunk);
  }
  await write(socket, Buffer.alloc(4));
}

const write = (socket: Socket, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });

/** Up to the NUL, or to the end of the connection. */
function reply(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const done = (): void => resolve(text.replace(/\0.*$/s, '').trim());
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.includes('\0')) done();
      else if (text.length > MOST_REPLY) reject(new Error('The answer of clamd is too long.'));
    });
    socket.once('end', done);
    socket.once('close', done);
    socket.once('error', reject);
  });
}
