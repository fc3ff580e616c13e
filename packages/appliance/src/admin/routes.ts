/** The console's API (api/console.ts, api/who.ts). */
import * as api from '@sightline/api';
import type { Gate, Mount } from '@sightline/api/http';
import { httpApp, mounter } from '@sightline/api/http';
import { type SessionCookie, sessionCookie } from '@sightline/api/web/cookie';
import { securityHeaders } from '@sightline/api/web/headers';
import { mountHealth } from '@sightline/api/web/health';
import { sameOrigin } from '@sightline/api/web/origin';
import { staticFiles } from '@sightline/api/web/static';
import { type Asker, userRoutes } from '@sightline/api/web/users';
import type { Context, Hono } from 'hono';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Conf } from '../conf/conf.ts';
import type { Mta } from '../mta/contract.ts';
import type { QueueCommands } from '../queue/commands.ts';
import { type CloudParts, cloud } from './cloud.ts';
import { configuration } from './configuration.ts';
import { type HatParts, hat } from './hat.ts';
import { lists } from './lists.ts';
import { policies } from './policies.ts';
import { quarantine } from './quarantine.ts';
import { queue } from './queue.ts';
import { may, ROLE_TEXTS, ROLES, type Role } from './role.ts';
import type { NewSession, Sessions, Who } from './session.ts';
import type { UserStore } from './store.ts';
import { type SubmissionParts, submission } from './submission.ts';
import { type TrackingParts, tracking } from './tracking.ts';

type MaybeLater<T> = T | Promise<T>;

export interface AdminParts {
  conf: Conf;
  sessions: Sessions;
  people: Pick<UserStore, 'users' | 'invitations'>;
  cloud: CloudParts['cloud'];
  track: TrackingParts;
  submission: SubmissionParts['submission'];
  dns: HatParts['dns'];
  mta: Pick<Mta, 'quarantine' | 'lists' | 'policies'>;
  queue: QueueCommands;
  status(): MaybeLater<api.Answer<typeof api.mailStatus>>;
  checks: Record<string, () => Promise<unknown>>;
  registry: Pick<Registry, 'contentType' | 'metrics'>;
  version: string;
  log: Logger;
  clock: () => number;
  uiDir: string;
  /** Address by which browsers reach the console when that is not the one it listens on. */
  publicUrl?: string;
  metricsToken?: string;
  /** Port that the console listens on. */
  port(): number;
  /** Address of the other end of the connection. */
  peer(c: Context): string;
}

/** Whoever sends the request; an empty name before the login. */
interface Caller extends Who, Asker {
  /** Secret of the session. */
  session: string;
}

export const PRODUCT = 'Sightline Email Security Appliance';

type On = Mount<Caller>;

/** The whole console as one hono app: pages, API, health. `endpoints` are those of the API. */
export function console_(parts: AdminParts): { app: Hono; endpoints: api.Endpoint[] } {
  const { log, publicUrl } = parts;
  const isHttps = (): boolean => publicUrl?.startsWith('https:') ?? false;
  const app = httpApp((error, trace) => log.error({ err: error, trace }, 'request failed'));
  app.use(
    securityHeaders(isHttps),
    sameOrigin(() => publicUrl),
  );
  const cookie = sessionCookie(() => `sl_console_${parts.port()}`, isHttps);
  const on = mounter<Caller>(app, gate(parts, cookie.read));
  const enter = session(on, parts, cookie);
  people(on, parts, cookie, enter);
  configuration(on, parts);
  cloud(on, parts);
  tracking(on, parts.track);
  hat(on, parts);
  submission(on, { ...parts, passwords: parts.sessions.passwords });
  quarantine(on, { quarantine: parts.mta.quarantine, log });
  policies(on, parts.mta.policies);
  lists(on, { lists: parts.mta.lists, source: 'console' });
  queue(on, parts.queue);
  on(api.mailStatus, () => parts.status());
  mountHealth(app, { ...parts, facts: { version: parts.version } });
  app.use(staticFiles(parts.uiDir));
  return { app, endpoints: on.endpoints };
}

function gate(parts: AdminParts, read: (c: Context) => string | undefined): Gate<Caller> {
  return (c, permission) => {
    const id = read(c) ?? '';
    const peer = parts.peer(c);
    if (permission === 'public') return { id: '', name: '', role: 'guest', session: id, peer };
    const who = id === '' ? undefined : parts.sessions.whose(id);
    if (!who) throw api.fail('not_logged_in');
    if (permission !== 'session' && !may(who.role, permission)) {
      parts.log.warn({ user: who.name, role: who.role, permission }, 'permission denied');
      throw api.fail('forbidden', { permission });
    }
    return { ...who, id: who.name, session: id, peer };
  };
}

type Enter = (c: Context, given: NewSession, old: string) => api.Me;

function session(on: On, parts: AdminParts, cookie: SessionCookie): Enter {
  const { sessions, conf, version, log } = parts;
  const me = ({ name, role }: { name: string; role: Role }): api.Me => ({
    name,
    role,
    permissions: [...ROLES[role]],
    organisation: sessions.organisation(),
    place: conf.live().hostname,
    version,
  });
  const enter: Enter = (c, given, old) => {
    if (old !== '') sessions.logOut(old);
    cookie.write(c, given.id);
    log.info({ user: given.name, address: parts.peer(c) }, 'logged in');
    return me(given);
  };
  on(api.getState, () => ({
    setUp: sessions.isSetUp(),
    place: conf.live().hostname,
    product: PRODUCT,
    version,
  }));
  on(api.setUp, async ({ body, c, caller }) =>
    enter(c, await sessions.setUp(body, parts.peer(c)), caller.session),
  );
  on(api.logIn, async ({ body, c, caller }) => {
    const given = await sessions.logIn(body.name, body.password, parts.peer(c)).catch((error: unknown) => {
      if (error instanceof api.Fault)
        log.warn({ user: body.name, address: parts.peer(c), fault: error.code }, 'login refused');
      throw error;
    });
    return enter(c, given, caller.session);
  });
  on(api.whoAmI, ({ caller }) => me(caller));
  on(api.logOut, ({ caller, c }) => {
    sessions.logOut(caller.session);
    cookie.clear(c);
    return undefined;
  });
  return enter;
}

/** Users, one-time links and the own account. */
function people(on: On, parts: AdminParts, cookie: SessionCookie, enter: Enter): void {
  const { sessions, log, conf } = parts;
  userRoutes(on, {
    users: () => parts.people.users,
    invitations: parts.people.invitations,
    roles: ROLE_TEXTS,
    passwords: sessions.passwords,
    accountQuota: sessions.byAccount,
    peerQuota: sessions.byAddress,
    clock: parts.clock,
    url: (c) => parts.publicUrl ?? new URL(c.req.url).origin,
    secret: (c) => cookie.read(c) ?? '',
    enter: async (c, name, peer) => enter(c, sessions.enter(name, peer), cookie.read(c) ?? ''),
    note: async ({ name, peer }, action, object, text) => {
      log.info({ user: name, address: peer, action, object }, text);
      // Whoever gets this name later does not find the changes of the one before.
      if (action === 'user.deleted') conf.abandon(object);
    },
    noteInvited: async ({ name }, action, text, peer) =>
      log.info({ user: name, address: peer, action, object: name }, text),
  });
}
