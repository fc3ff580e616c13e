/** The control channel's end in the console process: connects, and connects again, for as long as it lives. */
import { statSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { CATALOGUE, Fault, type FaultCode, fail } from '@sightline/api';
import type { Logger } from 'pino';
import { CONTRACT, type Mta, Reply, type Room, specOf } from './contract.ts';
import { frames, type Send } from './frames.ts';

export interface MtaLink {
  /** Each call rejects with `mail_down` when the mail process does not answer. */
  mta: Mta;
  close(): void;
}

export interface LinkParts {
  /** Address of the socket. */
  path: string;
  /** Called after each connection. */
  connected(): void;
  log: Logger;
}

/** How long a call waits for a connection, and for its answer, ms. */
const CONNECT_MS = 2000;
const ANSWER_MS = 60_000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1000;

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

interface Line {
  send: Send | undefined;
  pending: Map<number, Pending>;
  /** Those who wait for the connection. */
  waiting: Set<() => void>;
  last: number;
}

export function connectMta(parts: LinkParts): MtaLink {
  const line: Line = { send: undefined, pending: new Map(), waiting: new Set(), last: 0 };
  const close = keep(line, parts);
  return { mta: proxies((room, command, args) => call(line, room, command, args)), close };
}

/** Keeps the line connected; returns what ends that. */
function keep(line: Line, { path, connected, log }: LinkParts): () => void {
  let socket: Socket | undefined;
  let retry = FIRST_RETRY_MS;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const open = (): void => {
    const next = createConnection(path);
    socket = next;
    next.once('connect', () => {
      if (!isOurs(path)) return void next.destroy(new Error(`${path} belongs to another user`));
      retry = FIRST_RETRY_MS;
      log.info('connected with the mail process');
      line.send = frames(next, (value) => hear(line, value));
      for (const go of line.waiting) go();
      connected();
    });
    next.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ECONNREFUSED')
        log.warn({ err: error }, 'control channel failed');
    });
    next.once('close', () => {
      if (line.send && !closed) log.warn('the connection with the mail process is lost');
      drop(line);
      if (closed) return;
      timer = setTimeout(open, retry);
      retry = Math.min(retry * 2, LAST_RETRY_MS);
    });
  };
  open();
  return () => {
    closed = true;
    clearTimeout(timer);
    socket?.destroy();
    drop(line);
  };
}

/** A socket that somebody else put there is not the mail process. */
const isOurs = (path: string): boolean => statSync(path).uid === (process.getuid?.() ?? 0);

function drop(line: Line): void {
  line.send = undefined;
  for (const one of line.pending.values()) one.reject(fail('mail_down'));
  line.pending.clear();
}

function hear(line: Line, value: unknown): void {
  const { id, answer, fault } = Reply.parse(value);
  const waiting = line.pending.get(id);
  line.pending.delete(id);
  if (fault) waiting?.reject(thrown(fault));
  else waiting?.resolve(answer);
}

/** The fault as it was thrown at the other end. */
function thrown({ code, details, fields }: NonNullable<Reply['fault']>): Fault {
  const known = Object.hasOwn(CATALOGUE, code) ? (code as FaultCode) : 'bad_request';
  return new Fault(known, details, fields ? { fields } : {});
}

async function call(line: Line, room: string, command: string, args: unknown[]): Promise<unknown> {
  if (!line.send) await connection(line);
  const { send } = line;
  if (!send) throw fail('mail_down');
  const id = ++line.last;
  const raw = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      line.pending.delete(id);
      reject(fail('mail_down'));
    }, ANSWER_MS);
    const settled =
      <T>(settle: (value: T) => void) =>
      (value: T): void => {
        clearTimeout(timer);
        settle(value);
      };
    line.pending.set(id, { resolve: settled(resolve), reject: settled(reject) });
    send({ id, room, command, args });
  });
  return specOf(room, command)?.answer.parse(raw);
}

function connection(line: Line): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      line.waiting.delete(go);
      resolve();
    };
    const timer = setTimeout(go, CONNECT_MS);
    line.waiting.add(go);
  });
}

type CallAny = (room: string, command: string, args: unknown[]) => Promise<unknown>;

function proxies(run: CallAny): Mta {
  const rooms = (Object.keys(CONTRACT) as Room[]).map((room) => {
    const names = Object.keys(CONTRACT[room]);
    const commands = names.map((name) => [name, (...args: unknown[]) => run(room, name, args)]);
    return [room, Object.fromEntries(commands)];
  });
  return Object.fromEntries(rooms) as Mta;
}
