import { client, listAudit } from '@sightline/api';
import { usersConformance } from '@sightline/api/web/users.conformance';
import { describe } from 'vitest';
import { openHub, PASSWORD } from '../fixture.ts';

describe('users of the hub', () => {
  usersConformance(
    async () => {
      let now = Date.now();
      const at = await openHub({ clock: () => now, service: false });
      const program = {
        admin: at.admin,
        adminName: 'ada',
        password: PASSWORD,
        tab: () => {
          let cookie = '';
          return client({
            base: at.url,
            fetch: async (input, init) => {
              const headers = new Headers(init?.headers);
              if (cookie) headers.set('cookie', cookie);
              const res = await fetch(input, { ...init, headers });
              for (const set of res.headers.getSetCookie()) cookie = set.split(';')[0] ?? '';
              return res;
            },
          });
        },
        forward: (ms: number) => {
          now += ms;
        },
        audited: async () => JSON.stringify(await program.admin(listAudit)),
        close: at.close,
      };
      return program;
    },
    'admin',
    'analyst',
  );
});
