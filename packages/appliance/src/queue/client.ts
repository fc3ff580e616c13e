/** The client's side of one SMTP or LMTP session (RFC 5321, 2033, 2920, 3207, 4954). */
import { connect as connectSocket, type Socket } from 'node:net';
import { connect as connectTls, getCACertificates, type TLSSocket } from 'node:tls';
import type { DeliveryTls, Reply } from '@sightline/api';
import { parseReply, SessionFault } from './reply.ts';
import type { Target } from './resolve.ts';
import { createReplies, type Raw } from './wire.ts';

/** Time limits in milliseconds. RFC 5321 section 4.5.3.2 gives the final dot ten minutes. */
export interface ClientLimits {
  connectMs: number;
  idleMs: number;
}

export interface Opening {
  target: Target;
  /** Our name in EHLO. */
  name: string;
  lmtp: boolean;
  tls: DeliveryTls;
  /** PEM certificates trusted besides those of the system. */
  ca: string;
  auth?: { user: string; password: string };
  limits: ClientLimits;
}

const fault = (status: string, text: string): SessionFault => new SessionFault({ code: 0, status, text });

/** An open session; commands are answered in their order. */
export class Session {
  /** Keywords of EHLO with their parameters. */
  extensions: ReadonlyMap<string, string> = new Map();
  /** `TLSv1.3 TLS_AES_256_GCM_SHA384`, '' without TLS. */
  tls = '';
  broken = false;
  #socket: Socket | TLSSocket;
  readonly #ms: number;
  #replies = createReplies();
  #early: Raw[] = [];
  #waiting: { resolve(raw: Raw): void; reject(error: unknown): void }[] = [];
  #end: SessionFault | undefined;

  constructor(socket: Socket, limits: ClientLimits) {
    this.#socket = socket;
    this.#ms = limits.idleMs;
    this.#attach(socket);
  }

  get ip(): string {
    return (this.#socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
  }

  #attach(socket: Socket | TLSSocket): void {
    socket.setTimeout(this.#ms, () => this.#fail(fault('4.4.2', 'The next hop does not answer.')));
    socket.on('data', (piece: Buffer) => this.#hear(piece));
    socket.on('error', (error: Error) => this.#fail(fault('4.4.2', error.message)));
    socket.on('close', () => this.#fail(fault('4.4.2', 'The next hop closed the connection.')));
  }

  #hear(piece: Buffer): void {
    try {
      for (const raw of this.#replies.push(piece)) {
        const next = this.#waiting.shift();
        if (next) next.resolve(raw);
        else this.#early.push(raw);
      }
      if (this.#early.length > 10) this.#fail(fault('4.5.0', 'The next hop speaks without being asked.'));
    } catch (error) {
      this.#fail(fault('4.5.0', (error as Error).message));
    }
  }

  #fail(error: SessionFault): void {
    if (this.#end) return;
    this.broken = true;
    // A last word such as 421 says more than that the connection is gone.
    const word = this.#early.at(-1);
    this.#end = word ? new SessionFault(replyOfRaw(word)) : error;
    this.#socket.destroy();
    for (const one of this.#waiting.splice(0)) one.reject(this.#end);
  }

  /** The next reply. @throws SessionFault when the connection is gone */
  reply(): Promise<Raw> {
    const early = this.#early.shift();
    if (early) return Promise.resolve(early);
    if (this.#end) return Promise.reject(this.#end);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  write(bytes: string | Buffer): boolean {
    return this.#end ? true : this.#socket.write(bytes);
  }

  /** In one piece where the system can do that. */
  writeAll(pieces: Buffer[]): void {
    if (this.#end) return;
    this.#socket.cork();
    for (const one of pieces) this.#socket.write(one);
    this.#socket.uncork();
  }

  /** Waits until what was written is on its way. */
  drained(): Promise<void> {
    if (this.#end || !this.#socket.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      this.#socket.once('drain', resolve);
      this.#socket.once('close', resolve);
    });
  }

  async ask(command: string): Promise<Raw> {
    this.write(`${command}\r\n`);
    return this.reply();
  }

  /** Goes over to TLS. What came in the clear before it does not count (RFC 3207 section 6). */
  async secure({ target, tls, ca, limits }: Opening): Promise<void> {
    if (this.#early.length > 0 || this.#replies.pending())
      throw fault('4.7.0', 'The next hop sent something between STARTTLS and the handshake.');
    const plain = this.#socket;
    plain.removeAllListeners();
    this.#replies = createReplies();
    const secured = await handshake(plain, target, tls === 'verify', ca, limits.connectMs);
    this.#socket = secured;
    this.#attach(secured);
    this.tls = `${secured.getProtocol()} ${secured.getCipher().name}${tls === 'verify' ? ' verified' : ''}`;
  }

  quit(): void {
    if (this.#end) return;
    this.write('QUIT\r\n');
    this.#socket.setTimeout(5000);
    this.broken = true;
    this.reply().then(
      () => this.#socket.destroy(),
      () => undefined,
    );
  }

  close(): void {
    this.broken = true;
    this.#socket.destroy();
  }
}

function handshake(
  socket: Socket,
  { host }: Target,
  verify: boolean,
  ca: string,
  ms: number,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      const text = `TLS with the next hop failed: ${error.message}`;
      reject(new SessionFault({ code: 0, status: '4.7.5', text }, true));
    };
    const name = /^[\d.]+$|[:[]/.test(host) ? {} : { servername: host };
    const secured = connectTls({
      socket,
      ...name,
      rejectUnauthorized: verify,
      ...authorities(ca),
      minVersion: 'TLSv1.2',
    });
    const timer = setTimeout(() => failed(new Error('no answer in time')), ms);
    secured.once('error', failed);
    secured.once('close', () => failed(new Error('the connection was closed')));
    secured.once('secureConnect', () => {
      clearTimeout(timer);
      secured.removeAllListeners('error').removeAllListeners('close');
      resolve(secured);
    });
  });
}

/** Those of the operator beside those that come with the runtime. */
function authorities(ca: string): { ca?: string[] } {
  return ca.trim() === '' ? {} : { ca: [...getCACertificates('default'), ca] };
}

export const replyOfRaw = ({ lines }: Raw): Reply => parseReply(lines.join('\n'));

/** @throws SessionFault */
export async function openSession(opening: Opening): Promise<Session> {
  const session = new Session(await dial(opening), opening.limits);
  try {
    await greet(session, opening);
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
}

function dial({ target, limits }: Opening): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host: target.ip, port: target.port, noDelay: true });
    const failed = (text: string): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(fault('4.4.1', text));
    };
    const timer = setTimeout(() => failed(`No connection to ${target.host} in time.`), limits.connectMs);
    socket.once('error', (error) => failed(error.message));
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

async function greet(session: Session, opening: Opening): Promise<void> {
  expect(await inTime(session, opening.limits.connectMs), 220);
  await hello(session, opening);
  await encrypt(session, opening);
  if (opening.auth) await logIn(session, opening.auth);
}

/** The greeting has a time limit of its own: a host that only accepts connections is as good as none. */
async function inTime(session: Session, ms: number): Promise<Raw> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(fault('4.4.2', 'The next hop does not greet.')), ms);
  });
  return Promise.race([session.reply(), late]).finally(() => clearTimeout(timer));
}

async function hello(session: Session, { name, lmtp }: Opening): Promise<void> {
  const raw = await session.ask(`${lmtp ? 'LHLO' : 'EHLO'} ${name}`);
  if (raw.code >= 200 && raw.code < 300) {
    const words = raw.lines.slice(1).map((line) => line.slice(4).trim().split(/\s+/));
    session.extensions = new Map(words.map(([key = '', ...rest]) => [key.toUpperCase(), rest.join(' ')]));
    return;
  }
  if (lmtp || raw.code === 421) throw new SessionFault(replyOfRaw(raw));
  session.extensions = new Map();
  expect(await session.ask(`HELO ${name}`), 250);
}

async function encrypt(session: Session, opening: Opening): Promise<void> {
  const must = opening.tls === 'required' || opening.tls === 'verify' || opening.auth !== undefined;
  if (opening.tls === 'none' && !opening.auth) return;
  if (!session.extensions.has('STARTTLS')) {
    if (must)
      throw fault('4.7.4', 'TLS is required for this destination, and the next hop does not offer it.');
    return;
  }
  const raw = await session.ask('STARTTLS');
  if (raw.code !== 220) {
    if (must) throw new SessionFault(replyOfRaw(raw));
    return;
  }
  await session.secure(opening);
  await hello(session, opening);
}

async function logIn(
  session: Session,
  { user, password }: { user: string; password: string },
): Promise<void> {
  const known = (session.extensions.get('AUTH') ?? '').toUpperCase().split(/\s+/);
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  if (known.includes('PLAIN'))
    return expect(await session.ask(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`), 235);
  if (!known.includes('LOGIN')) throw fault('4.7.0', 'The next hop offers no way to log in that we know.');
  expect(await session.ask('AUTH LOGIN'), 334);
  expect(await session.ask(base64(user)), 334);
  expect(await session.ask(base64(password)), 235);
}

function expect(raw: Raw, code: number): void {
  if (raw.code !== code) throw new SessionFault(replyOfRaw(raw));
}
