/** Users, sessions, clients. */
import type { Mount } from '@sightline/api/http';
import { passwords } from '@sightline/api/web/password';
import { quota } from '@sightline/api/web/quota';
import type { Context } from 'hono';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { accountRoutes } from '../who/account.ts';
import { clientRoutes } from '../who/client-routes.ts';
import { organisationRoutes } from '../who/organisation-routes.ts';
import { profileRoutes } from '../who/profile.ts';
import { enter, userRoutesOf, type WhoDeps, whoRoutes } from '../who/routes.ts';
import { ssoRoutes } from '../who/sso/routes.ts';
import { type Base, type HubOptions, version } from './base.ts';

export function mountWho(on: Mount<Caller>, options: HubOptions, base: Base, deps: Deps): void {
  const who: WhoDeps = {
    ...deps,
    home: base.home,
    region: options.region,
    version,
    cookie: base.cookie,
    passwords: passwords(),
    accountQuota: quota(5, 60),
    peerQuota: quota(20, 60),
    sealer: base.sealer,
  };
  const secret = (c: Context): string => base.cookie.read(c) ?? '';
  whoRoutes(on, who);
  const { changeUser } = userRoutesOf(on, who);
  accountRoutes(on, { ...who, secret });
  organisationRoutes(on, { ...deps, secret });
  profileRoutes(on, { ...deps, changeUser });
  ssoRoutes(on, {
    ...who,
    log: deps.log,
    cookie: () => `sl_sso_${base.place.port}`,
    isHttps: base.place.isHttps,
    peerQuota: quota(30, 60),
    enter: (c, user, peer) => enter(who, c, user, peer, 'sso'),
  });
  clientRoutes(on, { ...deps, rate: base.rate });
}
