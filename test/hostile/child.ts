/** The gateway that is attacked: the whole mail path, tracking events taken and forgotten. */

import { Config } from '@sightline/api';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openMail } from '../../packages/appliance/src/mail.ts';

const [dir = '', hop = ''] = process.argv.slice(2);
const mail = await openMail({
  dir,
  config: Config.parse({
    hostname: 'esa.example.com',
    listener: { port: 0 },
    recipientDomains: ['example.com'],
    routes: [{ domain: 'ALL', host: '127.0.0.1', port: Number(hop) }],
    // Every content filter that reads bodies is asked.
    filters: {
      incoming: [
        {
          name: 'words',
          conditions: [{ on: 'body', op: 'matches', value: '(a|b|ab)*wire\\s+transfer' }],
          actions: [{ do: 'add header', name: 'X-Words', value: 'yes' }],
        },
      ],
    },
    policies: { incoming: { default: { filters: ['words'] } } },
  }),
  append: async () => undefined,
  log: pino({ level: 'silent' }),
  clock: Date.now,
  dns: { reverse: async () => [], addresses: async () => [] },
  registry: new Registry(),
});
await mail.start();
process.send?.({ port: mail.port });
process.on('disconnect', () => process.exit(0));
