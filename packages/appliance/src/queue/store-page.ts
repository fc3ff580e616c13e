/** What the console shows of the queue, and what a person does to it: the rest of the SQL of the queue's database. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { type QueuedMessage, type QueueFilter, Reply, type Suspension } from '@sightline/api';
import { type Due, NEVER } from './store.ts';

/** Recipients of one message that are shown. */
const MOST_RECIPIENTS = 50;
/** Messages of a filter that are counted. */
const MOST_COUNTED = 50_000;

export interface DomainRow {
  domain: string;
  active: number;
  deferred: number;
  held: number;
  oldest: number;
}

/** Functions that change something are for use inside `commit` of the queue's store. */
export interface PageStore {
  list(filter: QueueFilter, now: number, after: number, limit: number): QueuedMessage[];
  /** How many a filter finds, at most 50,000. */
  count(filter: QueueFilter, now: number): number;
  mids(filter: QueueFilter, now: number, after: number, limit: number): number[];
  domains(): string[];
  byDomain(now: number): DomainRow[];
  /** Recipients that wait for a domain, counted up to `most`. */
  waiting(domain: string, most: number): number;
  /** Each returns whether it applied. */
  hold(mid: number): boolean;
  release(mid: number, now: number): boolean;
  retry(mid: number, now: number): boolean;
  /** Those who wait, as delivery takes them. */
  recipients(mid: number): Due[];
  suspension(): Suspension;
  suspend(what: string, domain: string, suspended: boolean): void;
}

const STATE = `CASE WHEN m.held = 1 THEN 'held'
  WHEN EXISTS (SELECT 1 FROM recipient a WHERE a.mid = m.mid AND (a.attempts = 0 OR a.next <= $now)) THEN 'active'
  ELSE 'deferred' END`;

/** Every criterion that is null finds all. */
const FOUND = `FROM message m WHERE m.done = 0 AND m.mid > $after
  AND EXISTS (SELECT 1 FROM recipient r WHERE r.mid = m.mid AND ($domain IS NULL OR r.domain = $domain)
    AND ($recipient IS NULL OR instr(lower(r.address), $recipient) > 0))
  AND ($sender IS NULL OR instr(lower(m.sender), $sender) > 0) AND ($null = 0 OR m.sender = '')
  AND ($before IS NULL OR m.received <= $before)
  AND ($state IS NULL OR ${STATE} = $state)`;

type Named = Record<string, SQLInputValue>;

function named(filter: QueueFilter, now: number, after: number): Named {
  const isNull = filter.sender === '<>';
  return {
    now,
    after,
    domain: filter.domain?.toLowerCase() || null,
    recipient: filter.recipient?.toLowerCase() || null,
    sender: isNull ? null : filter.sender?.toLowerCase() || null,
    null: Number(isNull),
    before: filter.olderThan === undefined ? null : now - filter.olderThan * 1000,
    state: filter.state ?? null,
  };
}

export function openPageStore(db: DatabaseSync): PageStore {
  return { ...reads(db), ...counts(db), ...acts(db), ...suspending(db) };
}

function reads(db: DatabaseSync): Pick<PageStore, 'list' | 'count' | 'mids' | 'recipients'> {
  const page = db.prepare(
    `SELECT m.mid, m.sender, m.received, m.size, ${STATE} AS state ${FOUND} ORDER BY m.mid LIMIT $limit`,
  );
  const mids = db.prepare(`SELECT m.mid, $now AS now ${FOUND} ORDER BY m.mid LIMIT $limit`);
  const total = db.prepare(`SELECT count(*) AS n FROM (SELECT $now ${FOUND} LIMIT ${MOST_COUNTED})`);
  const some = db.prepare(`SELECT * FROM recipient WHERE mid = ? ORDER BY rid LIMIT ${MOST_RECIPIENTS}`);
  const all = db.prepare(
    `SELECT r.mid, r.rid, r.address, r.domain, r.attempts, r.warned, m.sender, m.received, m.size, m.quiet
     FROM recipient r JOIN message m USING (mid) WHERE r.mid = ?`,
  );
  const number = db.prepare('SELECT count(*) AS n FROM recipient WHERE mid = ?');
  const shown = (row: Record<string, SQLOutputValue>): QueuedMessage => ({
    mid: Number(row.mid),
    sender: String(row.sender),
    received: time(row.received),
    size: Number(row.size),
    state: row.state as QueuedMessage['state'],
    recipients: some.all(row.mid as number).map(recipientOf),
    waiting: Number(number.get(row.mid as number)?.n ?? 0),
  });
  return {
    list: (filter, now, after, limit) => page.all({ ...named(filter, now, after), limit }).map(shown),
    count: (filter, now) => Number(total.get(named(filter, now, 0))?.n ?? 0),
    mids: (filter, now, after, limit) =>
      mids.all({ ...named(filter, now, after), limit }).map((row) => Number(row.mid)),
    recipients: (mid) =>
      all
        .all(mid)
        .map((row) => ({ ...(row as unknown as Due), warned: row.warned === 1, quiet: row.quiet === 1 })),
  };
}

const time = (ms: SQLOutputValue | undefined): string => new Date(Number(ms)).toISOString();

function recipientOf(row: Record<string, SQLOutputValue>): QueuedMessage['recipients'][number] {
  const next = Number(row.next);
  return {
    rid: Number(row.rid),
    address: String(row.address),
    domain: String(row.domain),
    attempts: Number(row.attempts),
    next: next >= NEVER ? null : time(next),
    reply: row.reply === null ? null : Reply.parse(JSON.parse(String(row.reply))),
  };
}

function counts(db: DatabaseSync): Pick<PageStore, 'domains' | 'byDomain' | 'waiting'> {
  const domains = db.prepare('SELECT DISTINCT domain FROM recipient LIMIT 1000');
  const byDomain = db.prepare(
    `SELECT r.domain, sum(m.held = 0 AND (r.attempts = 0 OR r.next <= ?1)) AS active,
       sum(m.held = 0 AND r.attempts > 0 AND r.next > ?1) AS deferred, sum(m.held) AS held,
       min(m.received) AS oldest
     FROM recipient r JOIN message m USING (mid) GROUP BY r.domain ORDER BY count(*) DESC LIMIT 1000`,
  );
  const waiting = db.prepare('SELECT count(*) AS n FROM (SELECT 1 FROM recipient WHERE domain = ? LIMIT ?)');
  return {
    domains: () => domains.all().map((row) => String(row.domain)),
    byDomain: (now) => byDomain.all(now) as unknown as DomainRow[],
    waiting: (domain, most) => Number(waiting.get(domain, most)?.n ?? 0),
  };
}

function acts(db: DatabaseSync): Pick<PageStore, 'hold' | 'release' | 'retry'> {
  const run = (sql: string): ((...values: SQLInputValue[]) => boolean) => {
    const statement = db.prepare(sql);
    return (...values) => Number(statement.run(...values).changes) > 0;
  };
  const hold = run(
    `UPDATE message SET held = 1 WHERE mid = ?1 AND held = 0 AND done = 0
     AND EXISTS (SELECT 1 FROM recipient WHERE mid = ?1)`,
  );
  const release = run('UPDATE message SET held = 0 WHERE mid = ? AND held = 1 AND done = 0');
  const next = run('UPDATE recipient SET next = ? WHERE mid = ?');
  const retry = run(
    `UPDATE recipient SET next = ?1 WHERE mid = ?2 AND next > ?1
     AND EXISTS (SELECT 1 FROM message m WHERE m.mid = ?2 AND m.held = 0)`,
  );
  return {
    hold: (mid) => hold(mid) && next(NEVER, mid),
    release: (mid, now) => release(mid) && next(now, mid),
    retry: (mid, now) => retry(now, mid),
  };
}

function suspending(db: DatabaseSync): Pick<PageStore, 'suspension' | 'suspend'> {
  const all = db.prepare('SELECT what, domain FROM suspended ORDER BY domain');
  const add = db.prepare('INSERT INTO suspended (what, domain) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const drop = db.prepare('DELETE FROM suspended WHERE what = ? AND domain = ?');
  return {
    suspension() {
      const rows = all.all().map((row) => ({ what: String(row.what), domain: String(row.domain) }));
      return {
        listeners: rows.some((row) => row.what === 'listeners'),
        delivery: rows.some((row) => row.what === 'delivery'),
        domains: rows.filter((row) => row.what === 'domain').map((row) => row.domain),
      };
    },
    suspend: (what, domain, suspended) => void (suspended ? add : drop).run(what, domain),
  };
}
