/** Quarantined messages in the queue's database: their state shares the transactions of the queue and its events. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { QuarantinedMessage, QuarantineSearch } from '@sightline/api';
import { z } from 'zod';
import type { Head } from '../queue/message.ts';
import { addColumns } from '../queue/store.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS quarantined (
  mid INTEGER PRIMARY KEY,
  sender TEXT NOT NULL,
  recipients TEXT NOT NULL,
  subject TEXT NOT NULL,
  ip TEXT NOT NULL,
  direction TEXT NOT NULL,
  received INTEGER NOT NULL,
  size INTEGER NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0,
  hop TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE IF NOT EXISTS quarantine_stay (
  mid INTEGER NOT NULL,
  quarantine TEXT NOT NULL,
  reason TEXT NOT NULL,
  entered INTEGER NOT NULL,
  leaves INTEGER NOT NULL,
  size INTEGER NOT NULL,
  PRIMARY KEY (mid, quarantine)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quarantine_stay_leaves ON quarantine_stay (leaves);
CREATE INDEX IF NOT EXISTS quarantine_stay_entered ON quarantine_stay (quarantine, entered, mid);
`;

/** A message as long as it is in any quarantine. */
export interface Quarantined {
  mid: number;
  sender: string;
  recipients: Head['recipients'];
  subject: string;
  ip: string;
  direction: Head['direction'];
  received: number;
  size: number;
  /** Somebody (or its expiry) decided in one quarantine that it is not delivered. */
  deleted: boolean;
  /** Where a content filter sends it: a domain of the queue (`hopDomain`). Empty: where its recipients' domains go. */
  hop: string;
}

export interface Stay {
  mid: number;
  quarantine: string;
  reason: string;
  entered: number;
  leaves: number;
}

const Recipients = z.array(z.object({ rid: z.int().min(0), address: z.string() }));
const Row = z
  .object({
    mid: z.int(),
    sender: z.string(),
    recipients: z.string(),
    subject: z.string(),
    ip: z.string(),
    direction: z.enum(['incoming', 'outgoing']),
    received: z.int(),
    size: z.int(),
    deleted: z.int(),
    hop: z.string(),
  })
  .transform(
    ({ recipients, deleted, ...row }): Quarantined => ({
      ...row,
      recipients: Recipients.parse(JSON.parse(recipients)),
      deleted: deleted === 1,
    }),
  );

/** All but the reads are for use inside `commit` of the queue's store. */
export interface QuarantineStore {
  /** Keeps the message, once. */
  add(message: Omit<Quarantined, 'deleted'>): void;
  /** Returns false when it is there already. */
  enter(stay: Stay & { size: number }): boolean;
  /** Compare and set: returns false when the message is not (any more) in that quarantine. */
  leave(mid: number, quarantine: string): boolean;
  markDeleted(mid: number): void;
  forget(mid: number): void;
  /** Returns false when the message is not there. */
  postpone(mid: number, quarantine: string, ms: number): boolean;
  /** All messages of one are in the other, with what they have there. */
  rename(from: string, to: string): void;
  message(mid: number): Quarantined | undefined;
  stays(mid: number): Stay[];
  /** Those that came last first, and how many there are in all. */
  search(query: QuarantineSearch): { found: QuarantinedMessage[]; total: number };
  /** Stays whose time is over, oldest first. */
  expired(now: number, limit: number): Stay[];
  /** The oldest stays of a quarantine that holds more than so many bytes: enough of them to be within. */
  beyond(quarantine: string, maxBytes: number, limit: number): Stay[];
  totals(): { quarantine: string; messages: number; bytes: number; oldest: number }[];
}

export function openQuarantineStore(db: DatabaseSync): QuarantineStore {
  db.exec(SCHEMA);
  addColumns(db, [['quarantined', 'hop', "TEXT NOT NULL DEFAULT ''"]]);
  db.function('fold', { deterministic: true }, (text) => fold(String(text)));
  return { ...writes(db), ...reads(db), ...searches(db) };
}

/** For searches: case and Unicode form do not count. */
const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

type Searches = Pick<QuarantineStore, 'search'>;
type Reads = Pick<QuarantineStore, 'message' | 'stays' | 'expired' | 'beyond' | 'totals'>;
type Writes = Omit<QuarantineStore, keyof Searches | keyof Reads>;

function writes(db: DatabaseSync): Writes {
  const run = (sql: string): ((...values: SQLInputValue[]) => number) => {
    const statement = db.prepare(sql);
    return (...values) => Number(statement.run(...values).changes);
  };
  const add = run(
    `INSERT INTO quarantined (mid, sender, recipients, subject, ip, direction, received, size, hop)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const enter = run(
    `INSERT INTO quarantine_stay (mid, quarantine, reason, entered, leaves, size)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const leave = run('DELETE FROM quarantine_stay WHERE mid = ? AND quarantine = ?');
  const leaveAll = run('DELETE FROM quarantine_stay WHERE mid = ?');
  const mark = run('UPDATE quarantined SET deleted = 1 WHERE mid = ?');
  const forget = run('DELETE FROM quarantined WHERE mid = ?');
  const postpone = run('UPDATE quarantine_stay SET leaves = leaves + ? WHERE mid = ? AND quarantine = ?');
  // Whoever is in both has come into the new one already.
  const rename = run('UPDATE OR REPLACE quarantine_stay SET quarantine = ?2 WHERE quarantine = ?1');
  return {
    rename: (from, to) => void rename(from, to),
    add: ({ mid, sender, recipients, subject, ip, direction, received, size, hop }) =>
      void add(mid, sender, JSON.stringify(recipients), subject, ip, direction, received, size, hop),
    enter: ({ mid, quarantine, reason, entered, leaves, size }) =>
      enter(mid, quarantine, reason, entered, leaves, size) === 1,
    leave: (mid, quarantine) => leave(mid, quarantine) === 1,
    postpone: (mid, quarantine, ms) => postpone(ms, mid, quarantine) === 1,
    markDeleted: (mid) => void mark(mid),
    forget(mid) {
      leaveAll(mid);
      forget(mid);
    },
  };
}

function reads(db: DatabaseSync): Reads {
  const message = db.prepare('SELECT * FROM quarantined WHERE mid = ?');
  const of = 'SELECT mid, quarantine, reason, entered, leaves FROM quarantine_stay';
  const stays = db.prepare(`${of} WHERE mid = ? ORDER BY entered, quarantine`);
  const expired = db.prepare(`${of} WHERE leaves <= ? ORDER BY leaves, mid LIMIT ?`);
  // What is newer than a message, and the message, has to fit.
  const beyond = db.prepare(
    `SELECT mid, quarantine, reason, entered, leaves FROM (
       SELECT *, sum(size) OVER (ORDER BY entered DESC, mid DESC) AS held FROM quarantine_stay WHERE quarantine = ?
     ) WHERE held > ? ORDER BY entered, mid LIMIT ?`,
  );
  const totals = db.prepare(
    `SELECT quarantine, count(*) AS messages, sum(size) AS bytes, min(entered) AS oldest
     FROM quarantine_stay GROUP BY quarantine`,
  );
  return {
    message: (mid) => Row.optional().parse(message.get(mid)),
    stays: (mid) => stays.all(mid) as unknown as Stay[],
    expired: (now, limit) => expired.all(now, limit) as unknown as Stay[],
    beyond: (quarantine, maxBytes, limit) => beyond.all(quarantine, maxBytes, limit) as unknown as Stay[],
    totals: () => totals.all() as unknown as ReturnType<QuarantineStore['totals']>,
  };
}

/** Condition and its values for each criterion that is given. */
const CRITERIA: Record<string, string> = {
  quarantine: 's.quarantine = ?',
  sender: 'instr(fold(m.sender), fold(?)) > 0',
  recipient: `EXISTS (SELECT 1 FROM json_each(m.recipients) WHERE instr(fold(value ->> 'address'), fold(?)) > 0)`,
  subject: 'instr(fold(m.subject), fold(?)) > 0',
  reason: 'instr(fold(s.reason), fold(?)) > 0',
  mid: 's.mid = ?',
  from: 's.entered >= ?',
  to: 's.entered < ?',
};

const Found = z.object({
  mid: z.int(),
  quarantine: z.string(),
  reason: z.string(),
  entered: z.int(),
  leaves: z.int(),
  others: z.string(),
  sender: z.string(),
  recipients: z.string(),
  subject: z.string(),
  ip: z.string(),
  direction: z.enum(['incoming', 'outgoing']),
  received: z.int(),
  size: z.int(),
});

const iso = (ms: number): string => new Date(ms).toISOString();

const shown = ({
  others,
  recipients,
  entered,
  leaves,
  received,
  ...row
}: z.infer<typeof Found>): QuarantinedMessage => ({
  ...row,
  others: z.array(z.string()).parse(JSON.parse(others)),
  recipients: Recipients.parse(JSON.parse(recipients)).map(({ address }) => address),
  entered: iso(entered),
  leaves: iso(leaves),
  received: iso(received),
});

function searches(db: DatabaseSync): Searches {
  return {
    search({ limit, after, ...filter }) {
      const given = Object.entries(filter).filter(([, value]) => value !== undefined && value !== '');
      const where = given.map(([name]) => CRITERIA[name] ?? '1');
      const values = given.map(([name, value]) =>
        name === 'from' || name === 'to' ? Date.parse(String(value)) : (value as SQLInputValue),
      );
      const from = `FROM quarantine_stay s JOIN quarantined m USING (mid)`;
      const and = (parts: string[]): string => (parts.length > 0 ? `WHERE ${parts.join(' AND ')}` : '');
      const total = db.prepare(`SELECT count(*) AS n ${from} ${and(where)}`).get(...values);
      const [entered, mid, ...name] = after?.split(':') ?? [];
      const behind = after ? ['(s.entered, s.mid, s.quarantine) < (?, ?, ?)'] : [];
      const rest = after ? [Number(entered), Number(mid), name.join(':')] : [];
      const found = db
        .prepare(
          `SELECT s.mid, s.quarantine, s.reason, s.entered, s.leaves, m.sender, m.recipients, m.subject, m.ip,
             m.direction, m.received, m.size,
             (SELECT json_group_array(o.quarantine) FROM quarantine_stay o
              WHERE o.mid = s.mid AND o.quarantine <> s.quarantine) AS others
           ${from} ${and([...where, ...behind])}
           ORDER BY s.entered DESC, s.mid DESC, s.quarantine DESC LIMIT ?`,
        )
        .all(...values, ...rest, limit);
      return { found: z.array(Found).parse(found).map(shown), total: Number(total?.n ?? 0) };
    },
  };
}
