/** Beside the load, one client that looks at the clock: from the end of the data to the 250. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { letter } from './letter.ts';
import { pause } from './load.ts';

const EVERY_MS = 50;

export function probe(port: number, size: number): { stop(): Promise<number[]> } {
  const waits: number[] = [];
  let running = true;
  const work = (async () => {
    const socket = connect(port, '127.0.0.1');
    await reply(socket, '220');
    await ask(socket, 'EHLO probe.test');
    while (running) {
      await ask(socket, 'MAIL FROM:<ann@sender.test>');
      await ask(socket, 'RCPT TO:<probe@discard.bench.test>');
      await ask(socket, 'DATA', '354');
      socket.write(`${letter(size).replaceAll('\n', '\r\n')}\r\n`);
      const start = performance.now();
      await ask(socket, '.');
      waits.push(performance.now() - start);
      await pause(EVERY_MS);
    }
    socket.destroy();
  })();
  return {
    async stop() {
      running = false;
      await work;
      return waits;
    },
  };
}

function ask(socket: Socket, command: string, code = '250'): Promise<void> {
  socket.write(`${command}\r\n`);
  return reply(socket, code);
}

async function reply(socket: Socket, code: string): Promise<void> {
  let text = '';
  while (!/^\d{3} .*\r\n/m.test(text)) text += String((await once(socket, 'data'))[0]);
  if (!text.startsWith(code)) throw new Error(`The gateway said ${text.trim()}`);
}
