/** Quarantined messages in the queue's database: their state shares the transactions of the queue and its events. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import type { Head } from '../queue/message.ts';

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
  deleted INTEGER NOT NULL DEFAULT 0
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
  message(mid: number): Quarantined | undefined;
  stays(mid: number): Stay[];
}

export function openQuarantineStore(db: DatabaseSync): QuarantineStore {
  db.exec(SCHEMA);
  const run = (sql: string): ((...values: SQLInputValue[]) => number) => {
    const statement = db.prepare(sql);
    return (...values) => Number(statement.run(...values).changes);
  };
  const add = run(
    `INSERT INTO quarantined (mid, sender, recipients, subject, ip, direction, received, size)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const enter = run(
    `INSERT INTO quarantine_stay (mid, quarantine, reason, entered, leaves, size)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const leave = run('DELETE FROM quarantine_stay WHERE mid = ? AND quarantine = ?');
  const mark = run('UPDATE quarantined SET deleted = 1 WHERE mid = ?');
  const forget = run('DELETE FROM quarantined WHERE mid = ?');
  const message = db.prepare('SELECT * FROM quarantined WHERE mid = ?');
  const stays = db.prepare(
    'SELECT mid, quarantine, reason, entered, leaves FROM quarantine_stay WHERE mid = ? ORDER BY entered, quarantine',
  );
  return {
    add: ({ mid, sender, recipients, subject, ip, direction, received, size }) =>
      void add(mid, sender, JSON.stringify(recipients), subject, ip, direction, received, size),
    enter: ({ mid, quarantine, reason, entered, leaves, size }) =>
      enter(mid, quarantine, reason, entered, leaves, size) === 1,
    leave: (mid, quarantine) => leave(mid, quarantine) === 1,
    markDeleted: (mid) => void mark(mid),
    forget: (mid) => void forget(mid),
    message: (mid) => Row.optional().parse(message.get(mid)),
    stays: (mid) => stays.all(mid) as unknown as Stay[],
  };
}
