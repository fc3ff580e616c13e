/** Calls the appliance of this machine through its control socket. */
import { type IncomingMessage, request } from 'node:http';
import { type Call, client } from '@sightline/api';
import { USER_HEADER } from '../admin/control.ts';
import { socketOf } from '../socket.ts';

/** No appliance answers for that data folder; the message says what to do. */
export class NotRunning extends Error {}

/** `user` is who types; the history shows the name. Calls reject with the Fault, or with `NotRunning`. */
export function local(dataDir: string, user: string): Call {
  const path = socketOf(dataDir, 'control');
  if (path === undefined)
    throw new NotRunning(`The path of ${dataDir} is too long for a socket. Change into it and use --data .`);
  return client({
    base: 'http://appliance',
    headers: { [USER_HEADER]: user.replace(/[^\w.@+-]/g, '_').slice(0, 64) || 'unknown' },
    fetch: (input, init) => ask(path, new URL(String(input)), init ?? {}, dataDir),
  });
}

async function ask(socketPath: string, url: URL, init: RequestInit, dataDir: string): Promise<Response> {
  const headers = init.headers as Record<string, string>;
  const res = await new Promise<IncomingMessage>((resolve, reject) => {
    const method = init.method ?? 'GET';
    request({ socketPath, path: url.pathname + url.search, method, headers }, resolve)
      .on('error', (error: NodeJS.ErrnoException) => reject(notRunning(error, dataDir)))
      .end(init.body);
  });
  const parts: Buffer[] = [];
  for await (const part of res) parts.push(part as Buffer);
  const status = res.statusCode ?? 500;
  return new Response(status === 204 ? null : Buffer.concat(parts), { status });
}

function notRunning(error: NodeJS.ErrnoException, dataDir: string): Error {
  if (error.code === 'EACCES')
    return new NotRunning(`The appliance of ${dataDir} runs as another user. Use its account, or sudo.`);
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
    return new NotRunning(
      `No appliance is running with the data folder ${dataDir}. Start it, or name its folder with --data.`,
    );
  return error;
}
