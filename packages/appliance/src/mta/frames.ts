/** Values over a socket: four bytes with the length, then JSON. */
import type { Socket } from 'node:net';

/** Largest frame, bytes. */
export const MOST = 16 * 1024 * 1024;
const LENGTH = 4;

export type Send = (value: unknown) => void;

/** Hears every value that arrives. A frame that is too large or no JSON ends the connection. */
export function frames(socket: Socket, hear: (value: unknown) => void): Send {
  let parts: Buffer[] = [];
  let held = 0;
  let wanted = LENGTH;
  let body = false;
  const take = (): Buffer => {
    const all = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    const rest = all.subarray(wanted);
    parts = rest.length > 0 ? [rest] : [];
    held = rest.length;
    return all.subarray(0, wanted);
  };
  const step = (): void => {
    const bytes = take();
    if (body) hear(JSON.parse(bytes.toString('utf8')));
    wanted = body ? LENGTH : bytes.readUInt32BE();
    body = !body;
    if (body && wanted > MOST) throw new Error('the frame is too large');
  };
  socket.on('data', (chunk: Buffer) => {
    parts.push(chunk);
    held += chunk.length;
    try {
      while (held >= wanted && !socket.destroyed) step();
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
  return (value) => {
    const json = Buffer.from(JSON.stringify(value));
    if (json.length > MOST) throw new Error('the frame is too large');
    const front = Buffer.alloc(LENGTH);
    front.writeUInt32BE(json.length);
    if (!socket.destroyed) socket.write(Buffer.concat([front, json]));
  };
}
