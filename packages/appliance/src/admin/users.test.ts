import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { client, setUp } from '@sightline/api';
import { usersConformance } from '@sightline/api/web/users.conformance';
import { pino } from 'pino';
import { describe } from 'vitest';
import { app } from '../app.ts';

const password = 'correct horse battery staple';

describe('users of the console', () => {
  usersConformance(
    async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'users-'));
      let now = Date.now();
      const lines: string[] = [];
      const appliance = await app({
        dataDir,
        console: { host: '127.0.0.1', port: 0 },
        seed: { listener: { host: '127.0.0.1', port: 0 } },
        log: pino({ level: 'info' }, { write: (line: string) => lines.push(line) }),
        clock: () => now,
      });
      await appliance.start();
      const tab = () => {
        let cookie = '';
        return client({
          base: appliance.consoleUrl,
          fetch: async (input, init) => {
            const headers = new Headers(init?.headers);
            if (cookie) headers.set('cookie', cookie);
            const res = await fetch(input, { ...init, headers });
            for (const set of res.headers.getSetCookie()) cookie = set.split(';')[0] ?? '';
            return res;
          },
        });
      };
      const admin = tab();
      const body = { token: appliance.setupToken ?? '', name: 'ada', password, organisation: 'Example' };
      await admin(setUp, { body });
      return {
        admin,
        adminName: 'ada',
        password,
        tab,
        forward: (ms: number) => {
          now += ms;
        },
        audited: async () => lines.join(''),
        close: async () => {
          await appliance.stop();
          rmSync(dataDir, { recursive: true, force: true });
        },
      };
    },
    'administrator',
    'helpdesk',
  );
});
