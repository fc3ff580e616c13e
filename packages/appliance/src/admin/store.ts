/** Users and sessions of the console in SQLite. */
import { z } from 'zod';
import { inTransaction, openDatabase } from '../database.ts';
import { isRole, type Role } from './role.ts';

const User = z.object({
  name: z.string(),
  role: z.custom<Role>((value) => typeof value === 'string' && isRole(value)),
  /** PHC string. */
  password: z.string(),
});
export type User = z.infer<typeof User>;

const Session = z.object({
  user: z.string(),
  /** Epoch milliseconds. */
  created: z.int(),
  seen: z.int(),
});
type Session = z.infer<typeof Session>;

export interface UserStore {
  /** By name in any case. */
  user(name: string): User | undefined;
  anyUser(): boolean;
  /** Throws when the name is in use. */
  addUser(user: User): void;
  /** Adds the first user and the organisation; false when there is a user already. */
  setUp(user: User, organisation: string): boolean;
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
];

export function openUsers(path: string): UserStore {
  const db = openDatabase(path, SCHEMA);
  const userOf = db.prepare('SELECT * FROM user WHERE name = ?');
  const count = db.prepare('SELECT count(*) AS n FROM user');
  const insert = db.prepare('INSERT INTO user (name, role, password) VALUES (?, ?, ?)');
  const setting = db.prepare('SELECT value FROM setting WHERE name = ?');
  const sessionOf = db.prepare('SELECT user, created, seen FROM session WHERE hash = ?');
  const addUser = ({ name, role, password }: User): void => void insert.run(name, role, password);
  const anyUser = (): boolean => count.get()?.n !== 0;
  return {
    user: (name) => User.optional().parse(userOf.get(name)),
    anyUser,
    addUser,
    setUp: (user, organisation) =>
      inTransaction(db, () => {
        if (anyUser()) return false;
        addUser(user);
        db.prepare('INSERT INTO setting (name, value) VALUES (?, ?)').run('organisation', organisation);
        return true;
      }),
    organisation: () => String(setting.get('organisation')?.value ?? ''),
    session: (hash) => Session.optional().parse(sessionOf.get(hash)),
    addSession: (hash, { user, created, seen }) =>
      void db
        .prepare('INSERT INTO session (hash, user, created, seen) VALUES (?, ?, ?, ?)')
        .run(hash, user, created, seen),
    touch: (hash, seen) => void db.prepare('UPDATE session SET seen = ? WHERE hash = ?').run(seen, hash),
    endSession: (hash) => void db.prepare('DELETE FROM session WHERE hash = ?').run(hash),
    endOld: (seen, created) =>
      void db.prepare('DELETE FROM session WHERE seen < ? OR created < ?').run(seen, created),
    close: () => db.close(),
  };
}
