/** The mail path with its tracking store as a process of its own, as the appliance runs it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Config } from '@sightline/api';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openMail } from '../../packages/appliance/src/mail.ts';
import { openTrack } from '../../packages/appliance/src/track/track.ts';

const [dir = '', sink = '', aside = ''] = process.argv.slice(2);
mkdirSync(dir, { recursive: true });
const place = { host: 'esa.bench.test', serial: 'BENCH-1', clock: Date.now, keepDays: 30 };
const track = await openTrack({ dir: join(dir, 'track'), ...place });
const mail = await openMail({
  dir: join(dir, 'mail'),
  config: Config.parse({
    hostname: place.host,
    listener: { port: 0 },
    recipientDomains: ['bench.test', '.bench.test'],
    relayNetworks: ['127.0.0.0/8'],
    routes: [
      { domain: 'ALL', host: '127.0.0.1', port: Number(sink) },
      { domain: 'discard.bench.test', host: '127.0.0.1', port: Number(aside) },
    ],
    destinations: [{ domain: 'ALL', connections: 20, tls: 'none' }],
    delivery: { connections: 20 },
  }),
  append: (events) => track.append(events),
  log: pino({ level: 'warn' }),
  clock: Date.now,
  dns: { reverse: () => Promise.resolve([]), addresses: () => Promise.resolve([]) },
  registry: new Registry(),
});
await mail.start();
process.on('message', async (message) => {
  if (message !== 'stop') return;
  await mail.stop();
  await track.close();
  process.exit(0);
});
process.send?.({ port: mail.port });
