/** The queue's database: the only SQL of the mail path. Events share the transaction of the state they tell of. */
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import type { Reply, TrackEvent } from '@sightline/api';
import { type Batch, createBatch } from './batch.ts';
import type { Draft, Head } from './message.ts';
import { createSpacing } from './pace.ts';
import { openWal } from './wal.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS message (
  mid INTEGER PRIMARY KEY,
  sender TEXT NOT NULL,
  received INTEGER NOT NULL,
  size INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS recipient (
  mid INTEGER NOT NULL,
  rid INTEGER NOT NULL,
  address TEXT NOT NULL,
  domain TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  next INTEGER NOT NULL,
  PRIMARY KEY (mid, rid)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS recipient_next ON recipient (next, mid, rid);
CREATE INDEX IF NOT EXISTS recipient_domain ON recipient (domain);
CREATE TABLE IF NOT EXISTS suspended (what TEXT NOT NULL, domain TEXT NOT NULL, PRIMARY KEY (what, domain)) STRICT;
-- Events that came together are a row: an array, with the number of the last one.
CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT;
`;

type Column = readonly [table: string, column: string, type: string];

const LATER: readonly Column[] = [
  ['message', 'held', 'INTEGER NOT NULL DEFAULT 0'],
  ['message', 'quiet', 'INTEGER NOT NULL DEFAULT 0'],
  ['message', 'auth_results', 'TEXT'],
  ['recipient', 'warned', 'INTEGER NOT NULL DEFAULT 0'],
  ['recipient', 'reply', 'TEXT'],
  ['outbox', 'events', 'INTEGER NOT NULL DEFAULT 1'],
];

/** Columns that came later; a database of before gets them at its next start. */
export function addColumns(db: DatabaseSync, columns: readonly Column[]): void {
  for (const [table, column, type] of columns) {
    const known = db.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(table, column);
    if (!known) db.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
  }
}

/** The next attempt of what is held: never. */
export const NEVER = Number.MAX_SAFE_INTEGER;

/** Events in one row of the outbox. */
const MOST_TOGETHER = 50;
/** To one address; the others wait (backscatter of forged senders). */
const REPORTS_A_MINUTE = 10;
/** Characters of JSON that are read from the outbox in one go, roughly. */
const MOST_TEXT = 4_000_000;

/** Numbers are reserved in blocks, so a crash skips some but never repeats one. */
const BLOCK = 1000;

/** A recipient whose time has come, with what delivery needs of its message. */
export interface Due {
  mid: number;
  rid: number;
  address: string;
  domain: string;
  attempts: number;
  /** The sender was told that it is late. */
  warned: boolean;
  sender: string;
  received: number;
  size: number;
  /** Nobody is told of its failure: it is spam, or was in a quarantine. */
  quiet: boolean;
  /** The Authentication-Results field that it leaves with. */
  authResults?: string | null;
}

type CounterName = 'mid' | 'icid' | 'dcid';

/** Functions without a promise are for use inside `commit`, or read only. */
export interface Store extends Batch {
  /** The next number of its kind; never given out twice, not even after a crash. */
  next(name: CounterName): number;
  /** Numbers up to `used` are taken; called before the first `next`. */
  skip(name: CounterName, used: number): void;
  /** @param message `quiet`: no report about it is ever sent */
  insert(message: {
    head: Head;
    size: number;
    now: number;
    domain(address: string): string;
    quiet?: boolean;
  }): void;
  /** Gives a message that waits without recipients (in a quarantine) its recipients: it is delivered, quietly. */
  enqueue(
    mid: number,
    recipients: Head['recipients'],
    now: number,
    domain: (address: string) => string,
  ): void;
  /** Takes the recipients of a message out; it waits without any. */
  withdraw(mid: number): Head['recipients'];
  /** Whether there is such a message. */
  has(mid: number): boolean;
  /** The Authentication-Results field that it leaves with. */
  authResults(mid: number): string | undefined;
  /** MIDs with recipients to deliver to, oldest first. */
  waiting(limit: number): number[];
  emit(events: Draft[]): void;
  /** Recipients due at `now`, oldest first, without those of `except` domains. */
  due(now: number, limit: number, except: string[]): Due[];
  /** @param reply what the attempt came to; undefined leaves the last one */
  postpone(mid: number, rid: number, attempts: number, next: number, reply?: Reply): void;
  /** The sender was told that it is late. */
  warn(mid: number, rid: number): void;
  /** What waits because these domains could not be reached is due now. */
  hasten(domains: readonly string[], now: number): void;
  /** Takes a recipient out; returns whether it was the last of its message, which then is done. */
  settle(mid: number, rid: number): boolean;
  /** When a report to this address may leave: `REPORTS_A_MINUTE` of them, so that nobody is flooded with them. */
  reportAt(address: string, now: number): number;
  /** Takes a message with all its recipients out. */
  abandon(mid: number): void;
  /** Forgets a message that is done and whose file is gone. */
  forget(mid: number): void;
  messages(): { mid: number; done: boolean }[];
  /** Oldest events that tracking does not have yet, about as many as that, and whether there are more. */
  events(limit: number): { events: TrackEvent[]; more: boolean };
  dropEvents(upTo: number): void;
  /** `queued`: messages with recipients to deliver to. */
  figures(): { queued: number; oldest: number | null; outbox: number };
  /** For the stores of other rooms whose state shares these transactions. */
  readonly db: DatabaseSync;
  close(): void;
}

/** @param observe is told how long each transaction took until it was on the disk, seconds */
export function openStore(path: string, observe: (seconds: number) => void = () => undefined): Store {
  const db = new DatabaseSync(path, { timeout: 5000 });
  // The log is synced by `openWal`, off this thread; a longer log is carried into the database less often.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000');
  db.exec(SCHEMA);
  addColumns(db, LATER);
  const wal = openWal(path);
  const reportAt = createSpacing(REPORTS_A_MINUTE);
  return {
    ...createBatch({ db, sync: wal.sync, observe }),
    ...counters(db),
    ...writes(db),
    ...reads(db),
    reportAt: (address, now) => reportAt(address.toLowerCase(), now),
    db,
    close() {
      db.close();
      void wal.close();
    },
  };
}

type Row = Record<string, SQLOutputValue>;
const number = (row: Row | undefined, key: string): number => Number(row?.[key] ?? 0);

function counters(db: DatabaseSync): Pick<Store, 'next' | 'skip'> {
  const reserve = db.prepare(
    `INSERT INTO counter (name, next) VALUES (?, 1 + ${BLOCK})
     ON CONFLICT (name) DO UPDATE SET next = next + ${BLOCK} RETURNING next`,
  );
  const open = new Map<CounterName, { next: number; end: number }>();
  const skip = db.prepare(
    `INSERT INTO counter (name, next) VALUES (?1, ?2)
     ON CONFLICT (name) DO UPDATE SET next = max(next, ?2)`,
  );
  const next = (name: CounterName): number => {
    let block = open.get(name);
    if (!block || block.next >= block.end) {
      const end = number(reserve.get(name), 'next');
      block = { next: end - BLOCK, end };
      open.set(name, block);
    }
    return block.next++;
  };
  return { next, skip: (name, used) => void skip.run(name, used + 1) };
}

type Writes = Pick<
  Store,
  | 'insert'
  | 'enqueue'
  | 'withdraw'
  | 'emit'
  | 'postpone'
  | 'warn'
  | 'hasten'
  | 'settle'
  | 'abandon'
  | 'forget'
  | 'dropEvents'
>;
function writes(db: DatabaseSync): Writes {
  const run = (sql: string): ((...values: SQLInputValue[]) => number) => {
    const statement = db.prepare(sql);
    return (...values) => Number(statement.run(...values).changes);
  };
  const message = run(
    'INSERT INTO message (mid, sender, received, size, quiet, auth_results) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const recipient = run('INSERT INTO recipient (mid, rid, address, domain, next) VALUES (?, ?, ?, ?, ?)');
  const recipients = db.prepare('SELECT rid, address FROM recipient WHERE mid = ? ORDER BY rid');
  const event = run('INSERT INTO outbox (seq, event, events) VALUES (?, ?, ?)');
  // AUTOINCREMENT remembers the highest number that was ever committed.
  let seq = number(db.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").get(), 'seq');
  const postpone = run(
    'UPDATE recipient SET attempts = ?1, next = ?2, reply = coalesce(?3, reply) WHERE mid = ?4 AND rid = ?5',
  );
  const warn = run('UPDATE recipient SET warned = 1 WHERE mid = ? AND rid = ?');
  const hush = run('UPDATE message SET quiet = 1 WHERE mid = ?');
  // Replies with a code came from a host that was reached: they keep their times.
  const hasten = run(
    `UPDATE recipient SET next = ?1 WHERE next > ?1 AND next < ${NEVER} AND reply ->> '$.code' = 0
     AND domain IN (SELECT value FROM json_each(?2))`,
  );
  const gone = run('DELETE FROM recipient WHERE mid = ? AND rid = ?');
  const allGone = run('DELETE FROM recipient WHERE mid = ?');
  const done = run(
    'UPDATE message SET done = 1 WHERE mid = ?1 AND NOT EXISTS (SELECT 1 FROM recipient WHERE mid = ?1)',
  );
  const forget = run('DELETE FROM message WHERE mid = ? AND done = 1');
  const dropEvents = run('DELETE FROM outbox WHERE seq <= ?');
  return {
    insert({ head, size, now, domain, quiet = false }) {
      message(head.mid, head.sender, head.at, size, Number(quiet), head.authResults ?? null);
      for (const { rid, address } of head.recipients) recipient(head.mid, rid, address, domain(address), now);
    },
    enqueue(mid, recipients, now, domain) {
      hush(mid);
      for (const { rid, address } of recipients) recipient(mid, rid, address, domain(address), now);
    },
    withdraw(mid) {
      const rows = recipients
        .all(mid)
        .map((row) => ({ rid: number(row, 'rid'), address: String(row.address) }));
      allGone(mid);
      return rows;
    },
    emit(events) {
      for (let at = 0; at < events.length; at += MOST_TOGETHER) {
        const together = events.slice(at, at + MOST_TOGETHER);
        seq += together.length;
        event(seq, JSON.stringify(together), together.length);
      }
    },
    postpone: (mid, rid, attempts, next, reply) =>
      void postpone(attempts, next, reply ? JSON.stringify(reply) : null, mid, rid),
    warn: (mid, rid) => void warn(mid, rid),
    hasten: (domains, now) => void hasten(now, JSON.stringify(domains)),
    settle(mid, rid) {
      gone(mid, rid);
      return done(mid) === 1;
    },
    abandon(mid) {
      allGone(mid);
      done(mid);
    },
    forget: (mid) => void forget(mid),
    dropEvents: (upTo) => void dropEvents(upTo),
  };
}

/** The events of a row; one of before holds a single one. */
function numbered(text: string, last: number): TrackEvent[] {
  const parsed = JSON.parse(text) as Draft | Draft[];
  const drafts = Array.isArray(parsed) ? parsed : [parsed];
  const first = last - drafts.length + 1;
  return drafts.map((one, i) => Object.assign(one, { seq: first + i }) as TrackEvent);
}

type Reads = Pick<Store, 'due' | 'has' | 'authResults' | 'waiting' | 'messages' | 'events' | 'figures'>;
function reads(db: DatabaseSync): Reads {
  const due = db.prepare(
    `SELECT r.mid, r.rid, r.address, r.domain, r.attempts, r.warned, m.sender, m.received, m.size, m.quiet,
       m.auth_results AS authResults
     FROM recipient r JOIN message m USING (mid)
     WHERE r.next <= ? AND r.domain NOT IN (SELECT value FROM json_each(?))
     ORDER BY r.next, r.mid, r.rid LIMIT ?`,
  );
  const messages = db.prepare('SELECT mid, done FROM message');
  const has = db.prepare('SELECT 1 FROM message WHERE mid = ?');
  const authResults = db.prepare('SELECT auth_results FROM message WHERE mid = ?');
  const withRecipients = db.prepare('SELECT DISTINCT mid FROM recipient ORDER BY mid LIMIT ?');
  const rows = db.prepare('SELECT seq, event FROM outbox ORDER BY seq LIMIT ?');
  const waiting = db.prepare(
    `SELECT count(*) AS n, min(received) AS oldest FROM message m
     WHERE done = 0 AND EXISTS (SELECT 1 FROM recipient r WHERE r.mid = m.mid)`,
  );
  const outbox = db.prepare('SELECT sum(events) AS n FROM outbox');
  return {
    due: (now, limit, except) =>
      due.all(now, JSON.stringify(except), limit).map((row) => ({
        ...(row as unknown as Due),
        warned: row.warned === 1,
        quiet: row.quiet === 1,
      })),
    has: (mid) => has.get(mid) !== undefined,
    authResults: (mid) => (authResults.get(mid)?.auth_results as string | null) ?? undefined,
    waiting: (limit) => withRecipients.all(limit).map((row) => number(row, 'mid')),
    messages: () =>
      messages.all().map((row) => ({ mid: number(row, 'mid'), done: number(row, 'done') === 1 })),
    events(limit) {
      const events: TrackEvent[] = [];
      let size = 0;
      for (const row of rows.iterate(limit)) {
        const text = String(row.event);
        if (events.length >= limit || size > MOST_TEXT) return { events, more: true };
        size += text.length;
        events.push(...numbered(text, number(row, 'seq')));
      }
      return { events, more: events.length >= limit };
    },
    figures() {
      const row = waiting.get();
      const oldest = row?.oldest ?? null;
      return {
        queued: number(row, 'n'),
        oldest: oldest === null ? null : Number(oldest),
        outbox: number(outbox.get(), 'n'),
      };
    },
  };
}
