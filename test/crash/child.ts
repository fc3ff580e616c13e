/**
 * Mail path and tracking store in one process, told by its parent where to deliver: for the tests that need faults, or
 * every system call of one process. `kill9` runs the processes of production instead.
 */
import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Config } from '@sightline/api';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openMail } from '../../packages/appliance/src/mail.ts';
import { beginIntake } from '../../packages/appliance/src/queue/intake.ts';
import { openTrack } from '../../packages/appliance/src/track/track.ts';
import { QUARANTINING, trackOptions } from './place.ts';

const [dir = '', port = '', fault = ''] = process.argv.slice(2);
const { CRASH_QUARANTINE } = process.env;

/** The negative control: 250 is answered before anything is durable. */
const early: typeof beginIntake = async (parts, head) => {
  const intake = await beginIntake(parts, head);
  const commit = async (): Promise<{ taken: true }> => {
    setTimeout(() => void intake.commit(), 200);
    return { taken: true };
  };
  return { ...intake, commit };
};

/** Another negative control: nothing is ever synced, as if the disk had been told not to care. */
async function neverSync(): Promise<void> {
  const handle = await open('/dev/null');
  const files = Object.getPrototypeOf(handle) as { sync(): Promise<void>; datasync(): Promise<void> };
  await handle.close();
  files.sync = () => Promise.resolve();
  files.datasync = () => Promise.resolve();
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql) {
    return exec.call(this, sql.replace(/synchronous = \w+/, 'synchronous = OFF'));
  };
}

async function main(): Promise<void> {
  if (fault === 'nosync') await neverSync();
  mkdirSync(dir, { recursive: true });
  const track = await openTrack(trackOptions(dir));
  const mail = await openMail({
    dir: join(dir, 'mail'),
    config: Config.parse({
      hostname: 'esa.crash.test',
      listener: { port: 0, ...(fault === 'small' ? { maxSize: 256 * 1024 } : {}) },
      recipientDomains: ['crash.test'],
      routes: [{ domain: 'ALL', host: '127.0.0.1', port: Number(port) }],
      destinations: [{ domain: 'ALL', connections: 4 }],
      delivery: { retrySeconds: [1], giveUpSeconds: 86_400, connections: 4 },
      ...(CRASH_QUARANTINE ? QUARANTINING : {}),
    }),
    append: (events) => track.append(events),
    log: pino({ level: 'warn' }),
    clock: Date.now,
    dns: { reverse: () => Promise.resolve([]), addresses: () => Promise.resolve([]) },
    registry: new Registry(),
    ...(fault === 'early' ? { begin: early } : {}),
    limits: {
      delivery: { connectMs: 5000, idleMs: 60_000, lingerMs: 2000, downMs: 500 },
      // With room to the last byte, so that a full disk is met in the middle of a message.
      ...(fault === 'small' ? { reserveBytes: 0 } : {}),
    },
  });
  await mail.start();
  process.on('message', (message) => {
    if (message === 'status') process.send?.({ queued: mail.status().queued });
    if (message === 'release') void release();
    if (message === 'stop') void stop();
  });
  const release = async (): Promise<void> => {
    const select = { filter: { quarantine: 'Policy' } };
    const order = { act: { do: 'release' as const }, select, reason: 'the crashes are over' };
    const { messages } = await mail.quarantine.act(order, 'crash');
    process.send?.({ released: messages });
  };
  const stop = async (): Promise<void> => {
    await mail.stop();
    await track.close();
    process.disconnect();
  };
  process.send?.({ port: mail.port });
}

await main();
