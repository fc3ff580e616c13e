/** Listeners on loopback for tests, with a sink in memory and a raw client. */
import { connect as connectSocket, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Config, type ConfigPart } from '@sightline/api';
import { pino } from 'pino';
import { Listeners, type ListenersParts } from './listeners.ts';
import { type Envelope, SMTP_LIMITS } from './parts.ts';
import type { Sink } from './receive.ts';
import type { Attempt } from './refused.ts';
import { selfSigned } from './selfsigned.ts';
import { meters } from './tables.ts';

export const gateConfig = (more: ConfigPart = {}): Config =>
  Config.parse({
    hostname: 'esa.us.example',
    recipientDomains: ['us.example', '.sub.us.example', 'xn--bcher-kva.example'],
    ...more,
    listener: { port: 0, maxSize: 20_000, ...more.listener },
  });

export const KEYS: { certificate: string; privateKey: string } = selfSigned('esa.us.example', Date.now());

export interface Gate {
  port: number;
  listeners: Listeners;
  taken: { envelope: Envelope; bytes: Buffer }[];
  attempts: Attempt[];
  rejected: number;
  client(port?: number): Client;
  stop(): Promise<void>;
}

export async function startGate(
  config: Config = gateConfig(),
  more: Partial<ListenersParts> = {},
): Promise<Gate> {
  let n = 0;
  const gate = { taken: [], attempts: [], rejected: 0 } as unknown as Gate;
  const dns = more.dns ?? { reverse: () => Promise.resolve([]), addresses: () => Promise.resolve([]) };
  const clock = more.clock ?? Date.now;
  gate.listeners = new Listeners(
    {
      selfSigned: KEYS,
      stopMs: 100,
      meters: meters(dns, clock),
      login: undefined,
      dns,
      clock,
      log: pino({ level: 'silent' }),
      limits: SMTP_LIMITS,
      space: { enough: () => Promise.resolve(true) },
      pressure: { message: () => undefined, recipient: () => undefined },
      next: () => ++n,
      begin: (envelope) => Promise.resolve(keep(gate, envelope)),
      rejected: () => void gate.rejected++,
      refused: (attempt) => void gate.attempts.push(attempt),
      ...more,
    },
    config,
  );
  await gate.listeners.apply(config);
  gate.port = gate.listeners.open[0]?.port ?? 0;
  gate.client = (port = gate.port) => new Client(connectSocket(port, '127.0.0.1'));
  gate.stop = () => gate.listeners.stop(100);
  return gate;
}

/** A sink in memory; the queue's own is tested with the whole mail path. */
export function keep(gate: Gate, envelope: Envelope): Sink {
  const chunks: Buffer[] = [];
  return {
    write(chunk) {
      chunks.push(chunk);
      return Promise.resolve();
    },
    commit() {
      gate.taken.push({ envelope, bytes: Buffer.concat(chunks) });
      return Promise.resolve({ taken: true });
    },
    discard: () => Promise.resolve(),
  };
}

/** Writes what it is told and hands out one reply at a time. */
export class Client {
  socket: Socket | TLSSocket;
  #buffer = '';
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket | TLSSocket) {
    this.socket = socket;
    this.#listen();
  }

  #listen(): void {
    const { socket } = this;
    this.#closed = false;
    socket.on('data', (chunk) => {
      this.#buffer += chunk.toString();
      this.#wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (socket !== this.socket) return;
      this.#closed = true;
      this.#wake();
    });
  }

  /** The next complete reply, '' after the end. */
  async reply(): Promise<string> {
    for (;;) {
      const found = /^(?:\d{3}-[^\n]*\n)*\d{3} [^\n]*\n/.exec(this.#buffer);
      if (found) {
        this.#buffer = this.#buffer.slice(found[0].length);
        return found[0].trim();
      }
      if (this.#closed) return '';
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The replies to each of these lines, in order; the connection is greeted first when it is new. */
  async talk(...lines: string[]): Promise<string[]> {
    const replies: string[] = [];
    for (const line of lines) replies.push(await this.say(`${line}\r\n`));
    return replies;
  }

  async say(line: string | Buffer): Promise<string> {
    this.socket.write(line);
    return this.reply();
  }

  async toData(rcpt = 'b@us.example'): Promise<void> {
    await this.reply();
    const replies = await this.talk('EHLO client.test', 'MAIL FROM:<a@x.test>', `RCPT TO:<${rcpt}>`, 'DATA');
    if (!replies[2]?.startsWith('250 ') || !replies[3]?.startsWith('354 '))
      throw new Error(replies.join('\n'));
  }

  /** Says STARTTLS, whatever comes behind it in the same packet, and does the handshake. */
  async startTls(behind = ''): Promise<string> {
    const reply = await this.say(`STARTTLS\r\n${behind}`);
    if (reply.startsWith('220')) await this.handshake();
    return reply;
  }

  async handshake(): Promise<void> {
    const plain = this.socket;
    plain.removeAllListeners('data');
    const secure = connectTls({ socket: plain, ca: KEYS.certificate, servername: 'esa.us.example' });
    this.socket = secure;
    this.#listen();
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', resolve);
      secure.once('error', reject);
      secure.once('close', () => reject(new Error('closed in the handshake')));
    });
  }

  end(): void {
    this.socket.destroy();
  }
}

/** AUTH PLAIN with an initial response. */
export const plain = (name: string, password: string): string =>
  `AUTH PLAIN ${Buffer.from(`\0${name}\0${password}`).toString('base64')}`;
