/** Users and sessions of the console in SQLite. */
import type { Invitations } from '@sightline/api/web/links';
import type { Users } from '@sightline/api/web/users';
import { z } from 'zod';
import { inTransaction, openDatabase } from '../database.ts';
import { isRole, type Role } from './role.ts';
import { invitationsIn, usersIn } from './users.ts';

const User = z.object({
  name: z.string(),
  role: z.custom<Role>((value) => typeof value === 'string' && isRole(value)),
  /** PHC string; empty: none. */
  password: z.string(),
});
export type User = z.infer<typeof User>;

const Session = z.object({
  user: z.string(),
  /** Epoch milliseconds. */
  created: z.int(),
  seen: z.int(),
  /** Address that it was opened from. */
  peer: z.string().default(''),
});
type Session = z.infer<typeof Session>;

export interface UserStore {
  /** By name in any case; one who is disabled is not found. */
  user(name: string): User | undefined;
  anyUser(): boolean;
  /** Throws when the name is in use. */
  addUser(user: User, now?: number): void;
  loggedIn(name: string, now: number): void;
  /** All of them, as the pages of users and accounts work with them. A user's id is his name. */
  users: Users;
  invitations: Invitations;
  /** Adds the first user and the organisation; false when there is a user already. */
  setUp(user: User, organisation: string, now: number): boolean;
  organisation(): string;
  session(hash: string): Session | undefined;
  addSession(hash: string, session: Session): void;
  touch(hash: string, seen: number): void;
  endSession(hash: string): void;
  /** Ends sessions not seen since `seen` or made before `created`. */
  endOld(seen: number, created: number): void;
  close(): void;
}

const SCHEMA = [
  `CREATE TABLE user (name TEXT PRIMARY KEY COLLATE NOCASE, role TEXT NOT NULL, password TEXT NOT NULL) STRICT;
   CREATE TABLE session (
     hash TEXT PRIMARY KEY, user TEXT NOT NULL COLLATE NOCASE REFERENCES user (name) ON DELETE CASCADE,
     created INTEGER NOT NULL, seen INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,
  `ALTER TABLE user ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE user ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE user ADD COLUMN last_login INTEGER;
   ALTER TABLE session ADD COLUMN peer TEXT NOT NULL DEFAULT '';
   CREATE TABLE invitation (
     hash TEXT PRIMARY KEY, user TEXT NOT NULL UNIQUE COLLATE NOCASE REFERENCES user (name) ON DELETE CASCADE,
     expires INTEGER NOT NULL
   ) STRICT`,
];

export function openUsers(path: string): UserStore {
  const db = openDatabase(path, SCHEMA);
  const userOf = db.prepare('SELECT name, role, password FROM user WHERE name = ? AND disabled = 0');
  const count = db.prepare('SELECT count(*) AS n FROM user');
  const insert = db.prepare('INSERT INTO user (name, role, password, created) VALUES (?, ?, ?, ?)');
  const setting = db.prepare('SELECT value FROM setting WHERE name = ?');
  const sessionOf = db.prepare('SELECT user, created, seen, peer FROM session WHERE hash = ?');
  const addUser = ({ name, role, password }: User, now = 0): void =>
    void insert.run(name, role, password, now);
  const anyUser = (): boolean => count.get()?.n !== 0;
  return {
    user: (name) => User.optional().parse(userOf.get(name)),
    anyUser,
    addUser,
    loggedIn: (name, now) => void db.prepare('UPDATE user SET last_login = ? WHERE name = ?').run(now, name),
    users: usersIn(db),
    invitations: invitationsIn(db),
    setUp: (user, organisation, now) =>
      inTransaction(db, () => {
        if (anyUser()) return false;
        addUser(user, now);
        db.prepare('INSERT INTO setting (name, value) VALUES (?, ?)').run('organisation', organisation);
        return true;
      }),
    organisation: () => String(setting.get('organisation')?.value ?? ''),
    session: (hash) => Session.optional().parse(sessionOf.get(hash)),
    addSession: (hash, { user, created, seen, peer }) =>
      void db
        .prepare('INSERT INTO session (hash, user, created, seen, peer) VALUES (?, ?, ?, ?, ?)')
        .run(hash, user, created, seen, peer),
    touch: (hash, seen) => void db.prepare('UPDATE session SET seen = ? WHERE hash = ?').run(seen, hash),
    endSession: (hash) => void db.prepare('DELETE FROM session WHERE hash = ?').run(hash),
    endOld: (seen, created) =>
      void db.prepare('DELETE FROM session WHERE seen < ? OR created < ?').run(seen, created),
    close: () => db.close(),
  };
}
