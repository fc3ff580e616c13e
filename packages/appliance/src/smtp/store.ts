/** Users of mail submission in SQLite. The console writes them, the listener reads them; changes count at once. */
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const Row = z
  .object({
    name: z.string(),
    /** PHC string. */
    password: z.string(),
    senders: z.string(),
    disabled: z.int(),
    created: z.int(),
    used: z.int().nullable(),
  })
  .transform((row) => ({
    ...row,
    senders: z.array(z.string()).parse(JSON.parse(row.senders)),
    disabled: row.disabled === 1,
  }));

/** `senders`: addresses, domains, .domains or ALL that this user may send from. Times are epoch milliseconds. */
export type SubmissionUser = z.infer<typeof Row>;

export interface SubmissionStore {
  list(): SubmissionUser[];
  /** By name in any case. */
  user(name: string): SubmissionUser | undefined;
  /** False when the name is in use. */
  add(user: Pick<SubmissionUser, 'name' | 'password' | 'senders' | 'created'>): boolean;
  /** False when there is no such user. */
  change(name: string, part: Partial<Pick<SubmissionUser, 'password' | 'senders' | 'disabled'>>): boolean;
  remove(name: string): boolean;
  /** The user logged in. */
  touch(name: string, now: number): void;
  close(): void;
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS user (
  name TEXT PRIMARY KEY COLLATE NOCASE, password TEXT NOT NULL, senders TEXT NOT NULL,
  disabled INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, used INTEGER
) STRICT`;

const TOUCH_MS = 60_000;

export function openSubmission(path: string): SubmissionStore {
  // Two processes open it at the same time: each waits for the other.
  const db = new DatabaseSync(path, { timeout: 5000 });
  chmodSync(path, 0o600);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec(SCHEMA);
  const one = db.prepare('SELECT * FROM user WHERE name = ?');
  const all = db.prepare('SELECT * FROM user ORDER BY name');
  const insert = db.prepare(
    'INSERT INTO user (name, password, senders, created) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const update = db.prepare(
    `UPDATE user SET password = coalesce(?, password), senders = coalesce(?, senders),
     disabled = coalesce(?, disabled) WHERE name = ?`,
  );
  const used = db.prepare('UPDATE user SET used = ?1 WHERE name = ?2 AND coalesce(used, 0) < ?1 - ?3');
  return {
    list: () => z.array(Row).parse(all.all()),
    user: (name) => Row.optional().parse(one.get(name)),
    add: ({ name, password, senders, created }) =>
      insert.run(name, password, JSON.stringify(senders), created).changes === 1,
    change: (name, { password, senders, disabled }) =>
      update.run(
        password ?? null,
        senders ? JSON.stringify(senders) : null,
        disabled === undefined ? null : Number(disabled),
        name,
      ).changes === 1,
    remove: (name) => db.prepare('DELETE FROM user WHERE name = ?').run(name).changes === 1,
    touch: (name, now) => void used.run(now, name, TOUCH_MS),
    close: () => db.close(),
  };
}
