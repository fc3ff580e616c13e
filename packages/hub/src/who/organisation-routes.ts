/** The organisation and everybody's sessions over HTTP. */
import {
  editOrganisation,
  endSession,
  fail,
  getOrganisation,
  listSessions,
  type Organisation as Shown,
} from '@sightline/api';
import type { Mount } from '@sightline/api/http';
import { hashed } from '@sightline/api/web/session';
import { publicId } from '@sightline/api/web/users';
import type { Context } from 'hono';
import type { Deps } from '../deps.ts';
import type { Caller } from '../http.ts';
import { changeOrganisation, type Organisation, organisationOf } from './organisation.ts';
import { everySession, usersOf } from './users.ts';

export interface OrganisationRoutesDeps extends Pick<Deps, 'db' | 'audit' | 'clock'> {
  /** Secret of the session that asks. */
  secret: (c: Context) => string;
}

export function organisationRoutes(on: Mount<Caller>, deps: OrganisationRoutesDeps): void {
  const { db, clock } = deps;
  const note = ({ orgId, name: actor, peer }: Caller, action: string, object: string, text: string) =>
    deps.audit({ orgId, actor, action, object, text, peer });

  on(getOrganisation, async ({ caller }) => shown(await organisationOf(db, caller.orgId)));

  on(editOrganisation, async ({ caller, body }) => {
    const before = await organisationOf(db, caller.orgId);
    await changeOrganisation(db, caller.orgId, body, clock());
    const after = await organisationOf(db, caller.orgId);
    await note(caller, 'organisation.changed', after.name, changeText(before, after));
    return shown(after);
  });

  on(listSessions, async ({ caller, c }) => {
    const own = hashed(deps.secret(c));
    const all = await everySession(db, caller.orgId, clock());
    return {
      sessions: all.map((one) => ({
        id: publicId(one.hash),
        user: one.name,
        role: one.role,
        created: iso(one.created),
        used: iso(one.used),
        peer: one.peer,
        way: one.way,
        current: one.hash === own,
      })),
    };
  });

  on(endSession, async ({ caller, params }) => {
    const all = await everySession(db, caller.orgId, clock());
    const one = all.find(({ hash }) => publicId(hash) === params.id);
    if (!one) throw fail('not_found', { what: 'session' });
    await usersOf(db, caller.orgId).endSessions(one.user_id, { only: one.hash });
    await note(caller, 'user.session_ended', one.name, `Ended a session of ${one.name} from ${one.peer}`);
    return undefined;
  });
}

const iso = (ms: number): string => new Date(ms).toISOString();

const shown = ({ created, changed, ...rest }: Organisation): Shown => ({
  ...rest,
  created: iso(created),
  changed: iso(changed),
});

function changeText(before: Organisation, after: Organisation): string {
  const parts = [
    ...(before.name === after.name ? [] : [`Renamed from "${before.name}" to "${after.name}"`]),
    ...(before.secondFactor === after.secondFactor
      ? []
      : [
          after.secondFactor
            ? 'Everybody with a password needs a second factor'
            : 'A second factor is no longer asked for',
        ]),
    ...(before.allRoles === after.allRoles
      ? []
      : [after.allRoles ? 'All roles may log in' : 'Only administrators may log in']),
  ];
  return parts.join('; ') || 'Changed nothing';
}
