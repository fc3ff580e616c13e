/** The control channel's end in the mail process. Only this user (and root) can reach its socket. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { Fault, fail } from '@sightline/api';
import type { Logger } from 'pino';
import { type Mta, type Reply, Request, specOf } from './contract.ts';
import { frames, type Send } from './frames.ts';

/** Connections at a time, and commands under way on each. */
const MOST_PEERS = 16;
const MOST_OPEN = 64;

export function serveMta(mta: Mta, log: Logger): { server: Server; close(): Promise<void> } {
  const peers = new Set<Socket>();
  const server = createServer((socket) => {
    if (peers.size >= MOST_PEERS) return void socket.destroy();
    peers.add(socket);
    socket.on('close', () => peers.delete(socket));
    socket.on('error', (error) => log.warn({ err: error }, 'control channel failed'));
    converse(socket, mta, log);
  });
  return {
    server,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of peers) socket.destroy();
      if (server.listening) await closed;
    },
  };
}

function converse(socket: Socket, mta: Mta, log: Logger): void {
  let open = 0;
  const send: Send = frames(socket, (value) => {
    const request = Request.safeParse(value);
    if (!request.success || open >= MOST_OPEN) {
      socket.destroy(new Error('not a command of the control channel'));
      return;
    }
    open++;
    void answer(mta, request.data, log)
      .then(send)
      .catch((error: unknown) => socket.destroy(error as Error))
      .finally(() => open--);
  });
}

async function answer(mta: Mta, request: Request, log: Logger): Promise<Reply> {
  const { id } = request;
  try {
    return { id, answer: await run(mta, request) };
  } catch (error) {
    const { code, details, fields } = known(error, request, log);
    return { id, fault: { code, details, ...(fields ? { fields } : {}) } };
  }
}

function known(error: unknown, { room, command }: Request, log: Logger): Fault {
  if (error instanceof Fault) return error;
  const trace = randomUUID();
  log.error({ err: error, room, command, trace }, 'command failed');
  return fail('internal', { trace });
}

async function run(mta: Mta, { room, command, args }: Request): Promise<unknown> {
  const spec = specOf(room, command);
  if (!spec) throw fail('not_found', { what: `command ${room}.${command}` });
  const given = spec.args.safeParse(args);
  if (!given.success) throw fail('bad_request', { reason: given.error.issues[0]?.message ?? '' });
  const commands = mta[room as keyof Mta] as Record<string, (...args: unknown[]) => Promise<unknown>>;
  return commands[command]?.(...(given.data as unknown[]));
}
