/** Takes a PROXY header of version 2 off a socket; one of version 1 is left for smtp-server. */
import type { Socket } from 'node:net';
import { type Client, readProxy, SIGNATURE } from './proxy.ts';

/** `text`: it does not begin as version 2 does, and nothing of it was read. */
export type Taken = { kind: 'text' } | { kind: 'binary'; client: Client | undefined } | { kind: 'bad' };

/** Calls back once; what stands behind the header stays in the socket. */
export function takeProxy(socket: Socket, done: (taken: Taken) => void): void {
  let bytes: Buffer = Buffer.alloc(0);
  const end = (taken: Taken): void => {
    socket.off('readable', read);
    for (const event of ['error', 'close', 'end']) socket.off(event, gone);
    done(taken);
  };
  const gone = (): void => end({ kind: 'bad' });
  /** Undefined while there is more to come. */
  const judge = (): Taken | undefined => {
    const result = readProxy(bytes);
    if ('more' in result) return undefined;
    if ('length' in result) {
      socket.unshift(bytes.subarray(result.length));
      return { kind: 'binary', client: result.client };
    }
    if (bytes[0] === SIGNATURE[0]) return { kind: 'bad' };
    socket.unshift(bytes);
    return { kind: 'text' };
  };
  const read = (): void => {
    let taken: Taken | undefined;
    for (let chunk = next(socket); chunk; chunk = taken ? undefined : next(socket)) {
      bytes = Buffer.concat([bytes, chunk]);
      taken = judge();
    }
    if (taken) end(taken);
  };
  socket.on('readable', read);
  for (const event of ['error', 'close', 'end']) socket.on(event, gone);
}

const next = (socket: Socket): Buffer | undefined => (socket.read() as Buffer | null) ?? undefined;
