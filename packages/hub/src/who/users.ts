/** The users of an organisation and their one-time links as they are kept. Logins and sessions are in store.ts. */
import { randomUUID } from 'node:crypto';
import type { Invitations, Invited, Link } from '@sightline/api/web/links';
import { ABSOLUTE_MS, IDLE_MS } from '@sightline/api/web/session';
import type { SessionRow, UserRow, Users } from '@sightline/api/web/users';
import { type Db, oneAtATime } from '../db.ts';
import { folded, NEW_ACCOUNT, type Way } from './store.ts';

type Tables = {
  organisation: { org_id: string; name: string };
  user_account: {
    id: string;
    org_id: string;
    name: string;
    login: string;
    role: string;
    /** Empty: none. */
    password: string;
    created: number;
    last_login: number | null;
    disabled: number;
    email: string;
    nick: string;
    changed: number;
    totp: string;
    totp_since: number | null;
    totp_step: number;
    totp_next: string;
  };
  user_session: {
    hash: string;
    org_id: string;
    user_id: string;
    created: number;
    used: number;
    peer: string;
    way: string;
  };
  user_identity: { id: string; user_id: string };
  invitation: { hash: string; org_id: string; user_id: string; expires: number };
};

export function usersOf(db: Db, orgId: string): Users {
  const t = db.$extendTables<Tables>();
  return {
    list: (now) => list(db, orgId, now),
    add: (user, now) => add(db, orgId, user, now),
    change: async (id, { role, disabled, email }, now) => {
      const set = {
        changed: now,
        ...(email !== undefined && { email }),
        ...(role !== undefined && { role }),
        ...(disabled !== undefined && { disabled: disabled ? 1 : 0 }),
      };
      await t.updateTable('user_account').set(set).where('org_id', '=', orgId).where('id', '=', id).execute();
    },
    remove: async (id) => {
      await t.deleteFrom('user_account').where('org_id', '=', orgId).where('id', '=', id).execute();
    },
    password: (id) => password(db, orgId, id),
    setPassword: async (id, phc) => {
      const set = { password: phc };
      await t.updateTable('user_account').set(set).where('org_id', '=', orgId).where('id', '=', id).execute();
    },
    keepLink: (id, link) => keepLink(db, orgId, id, link),
    sessions: (id, now) => sessions(db, orgId, id, now),
    endSessions: async (id, { only, except } = {}) => {
      let gone = t.deleteFrom('user_session').where('org_id', '=', orgId).where('user_id', '=', id);
      if (only !== undefined) gone = gone.where('hash', '=', only);
      if (except !== undefined) gone = gone.where('hash', '!=', except);
      await gone.execute();
    },
    alone: (work) =>
      db.transaction().execute(async (tx) => {
        await oneAtATime(tx, `users ${orgId}`);
        return work(usersOf(tx, orgId));
      }),
  };
}

async function list(db: Db, orgId: string, now: number): Promise<UserRow[]> {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('user_account as u')
    .leftJoin('invitation as i', (on) => on.onRef('i.user_id', '=', 'u.id').on('i.expires', '>', now))
    .leftJoin('user_session as s', (on) =>
      on
        .onRef('s.user_id', '=', 'u.id')
        .on('s.used', '>', now - IDLE_MS)
        .on('s.created', '>', now - ABSOLUTE_MS),
    )
    .select([
      'u.id',
      'u.name',
      'u.role',
      'u.disabled',
      'u.password',
      'u.created',
      'u.last_login',
      'i.expires',
      'u.email',
      'u.totp',
    ])
    .select((e) => e.fn.count<number>('s.hash').as('sessions'))
    .select((e) =>
      e
        .selectFrom('user_identity as d')
        .select((d) => d.fn.countAll<number>().as('known'))
        .whereRef('d.user_id', '=', 'u.id')
        .as('known'),
    )
    .where('u.org_id', '=', orgId)
    .groupBy([
      'u.id',
      'u.name',
      'u.role',
      'u.disabled',
      'u.password',
      'u.created',
      'u.last_login',
      'i.expires',
      'u.email',
      'u.totp',
    ])
    .orderBy('u.name')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    disabled: row.disabled === 1,
    hasPassword: row.password !== '',
    created: row.created,
    lastLogin: row.last_login,
    sessions: Number(row.sessions),
    linkUntil: row.expires,
    email: row.email,
    secondFactor: row.totp !== '',
    sso: Number(row.known) > 0,
  }));
}

/** Adds a user without a password; undefined when the name is in use, in any organisation. */
export async function add(
  db: Db,
  orgId: string,
  { name, role, email = '' }: { name: string; role: string; email?: string | undefined },
  created: number,
): Promise<UserRow | undefined> {
  const id = randomUUID();
  const login = folded(name);
  const done = await db
    .$extendTables<Tables>()
    .insertInto('user_account')
    .values({
      ...NEW_ACCOUNT,
      id,
      org_id: orgId,
      name,
      login,
      role,
      email,
      password: '',
      created,
      changed: created,
    })
    .onConflict((c) => c.column('login').doNothing())
    .returning('id')
    .executeTakeFirst();
  const rest = { disabled: false, hasPassword: false, lastLogin: null, sessions: 0, linkUntil: null };
  return done && { id, name, role, created, email, ...rest, secondFactor: false, sso: false };
}

async function password(db: Db, orgId: string, id: string): Promise<string> {
  const row = await db
    .$extendTables<Tables>()
    .selectFrom('user_account')
    .select('password')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.password ?? '';
}

export async function keepLink(db: Db, orgId: string, id: string, { hash, expires }: Link): Promise<void> {
  await db
    .$extendTables<Tables>()
    .insertInto('invitation')
    .values({ hash, org_id: orgId, user_id: id, expires })
    .onConflict((c) => c.column('user_id').doUpdateSet({ hash, expires }))
    .execute();
}

const sessions = (db: Db, orgId: string, id: string, now: number): Promise<SessionRow[]> =>
  db
    .$extendTables<Tables>()
    .selectFrom('user_session')
    .select(['hash', 'created', 'used', 'peer'])
    .where('org_id', '=', orgId)
    .where('user_id', '=', id)
    .where('used', '>', now - IDLE_MS)
    .where('created', '>', now - ABSOLUTE_MS)
    .execute();

/** A link says by itself whose it is: these are the only questions without an organisation. */
export const invitations = (db: Db): Invitations => ({
  look: (hash, now) => look(db, hash, now),
  spend: (hash, phc, now) =>
    db.transaction().execute(async (tx) => {
      const invited = await look(tx, hash, now);
      const t = tx.$extendTables<Tables>();
      const spent = await t.deleteFrom('invitation').where('hash', '=', hash).executeTakeFirst();
      if (!invited || spent.numDeletedRows !== 1n) return undefined;
      await t.updateTable('user_account').set({ password: phc }).where('id', '=', invited.id).execute();
      return invited;
    }),
});

async function look(db: Db, hash: string, now: number): Promise<Invited | undefined> {
  return db
    .$extendTables<Tables>()
    .selectFrom('invitation as i')
    .innerJoin('user_account as u', 'u.id', 'i.user_id')
    .innerJoin('organisation as o', 'o.org_id', 'i.org_id')
    .select(['u.id', 'u.name', 'o.name as organisation', 'i.expires'])
    .where('i.hash', '=', hash)
    .where('i.expires', '>', now)
    .where('u.disabled', '=', 0)
    .executeTakeFirst();
}

/** Live sessions of everybody in an organisation, the one used last first. */
export async function everySession(db: Db, orgId: string, now: number) {
  const rows = await db
    .$extendTables<Tables>()
    .selectFrom('user_session as s')
    .innerJoin('user_account as u', 'u.id', 's.user_id')
    .select(['s.hash', 's.created', 's.used', 's.peer', 's.way', 's.user_id', 'u.name', 'u.role'])
    .where('s.org_id', '=', orgId)
    .where('s.used', '>', now - IDLE_MS)
    .where('s.created', '>', now - ABSOLUTE_MS)
    .orderBy('s.used', 'desc')
    .orderBy('s.hash')
    .execute();
  return rows.map((row) => ({ ...row, way: row.way as Way }));
}
