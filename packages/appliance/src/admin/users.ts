/** The users of the console and their one-time links in SQLite, as the pages of users and accounts want them. */
import type { DatabaseSync } from 'node:sqlite';
import type { Invitations } from '@sightline/api/web/links';
import { ABSOLUTE_MS, IDLE_MS } from '@sightline/api/web/session';
import type { Users } from '@sightline/api/web/users';
import { z } from 'zod';
import { inTransaction } from '../database.ts';

const Row = z
  .object({
    name: z.string(),
    role: z.string(),
    disabled: z.int().transform((n) => n === 1),
    has_password: z.int().transform((n) => n === 1),
    created: z.int(),
    last_login: z.int().nullable(),
    sessions: z.int(),
    link_until: z.int().nullable(),
  })
  .transform(({ has_password, last_login, link_until, ...row }) => ({
    ...row,
    id: row.name,
    hasPassword: has_password,
    lastLogin: last_login,
    linkUntil: link_until,
  }));
const Session = z.object({ hash: z.string(), created: z.int(), used: z.int(), peer: z.string() });
const Link = z.object({ name: z.string(), expires: z.int() });

const LIST = `
  SELECT name, role, disabled, password <> '' AS has_password, created, last_login,
    (SELECT count(*) FROM session s WHERE s.user = u.name AND s.seen > :seen AND s.created > :made) AS sessions,
    (SELECT expires FROM invitation i WHERE i.user = u.name AND i.expires > :now) AS link_until
  FROM user u ORDER BY name`;

/** A user's id is his name, which never changes. */
export function usersIn(db: DatabaseSync): Users {
  const run = (sql: string, ...values: (string | number | null)[]): void =>
    void db.prepare(sql).run(...values);
  const alone = oneAfterAnother();
  const list = (now: number) =>
    Row.array().parse(db.prepare(LIST).all({ seen: now - IDLE_MS, made: now - ABSOLUTE_MS, now }));
  const users: Users = {
    list: async (now) => list(now),
    add: async ({ name, role }, now) => {
      const sql = `INSERT INTO user (name, role, password, created) VALUES (?, ?, '', ?) ON CONFLICT DO NOTHING`;
      return db.prepare(sql).run(name, role, now).changes === 0
        ? undefined
        : list(now).find((row) => row.name === name);
    },
    change: async (id, { role, disabled }) =>
      inTransaction(db, () => {
        if (role !== undefined) run('UPDATE user SET role = ? WHERE name = ?', role, id);
        if (disabled !== undefined) run('UPDATE user SET disabled = ? WHERE name = ?', disabled ? 1 : 0, id);
      }),
    remove: async (id) => run('DELETE FROM user WHERE name = ?', id),
    password: async (id) =>
      String(db.prepare('SELECT password FROM user WHERE name = ?').get(id)?.password ?? ''),
    setPassword: async (id, phc) => run('UPDATE user SET password = ? WHERE name = ?', phc, id),
    keepLink: async (id, { hash, expires }) =>
      run('INSERT OR REPLACE INTO invitation (hash, user, expires) VALUES (?, ?, ?)', hash, id, expires),
    sessions: async (id, now) => {
      const sql =
        'SELECT hash, created, seen AS used, peer FROM session WHERE user = ? AND seen > ? AND created > ?';
      return Session.array().parse(db.prepare(sql).all(id, now - IDLE_MS, now - ABSOLUTE_MS));
    },
    endSessions: async (id, { only, except } = {}) =>
      run(
        'DELETE FROM session WHERE user = ? AND hash = coalesce(?, hash) AND hash IS NOT ?',
        id,
        only ?? null,
        except ?? null,
      ),
    alone: (work) => alone(() => work(users)),
  };
  return users;
}

export function invitationsIn(db: DatabaseSync): Invitations {
  const find = db.prepare(
    `SELECT name, expires FROM invitation JOIN user ON name = user WHERE hash = ? AND expires > ? AND disabled = 0`,
  );
  const organisation = db.prepare("SELECT value FROM setting WHERE name = 'organisation'");
  const look = (hash: string, now: number) => {
    const found = Link.optional().parse(find.get(hash, now));
    return found && { ...found, id: found.name, organisation: String(organisation.get()?.value ?? '') };
  };
  return {
    look: async (hash, now) => look(hash, now),
    spend: async (hash, phc, now) =>
      inTransaction(db, () => {
        const invited = look(hash, now);
        if (!invited) return undefined;
        db.prepare('DELETE FROM invitation WHERE hash = ?').run(hash);
        db.prepare('UPDATE user SET password = ? WHERE name = ?').run(phc, invited.id);
        return invited;
      }),
  };
}

/** This process is the only one on its database: whoever wants it alone waits for the one before. */
function oneAfterAnother(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
