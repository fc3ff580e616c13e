/** What this appliance is registered as, one row per exchange, and the questions that it answered. */
import type { DatabaseSync } from 'node:sqlite';
import { QUERIES_KEPT } from '@sightline/api';
import { z } from 'zod';
import { inTransaction, openDatabase } from '../database.ts';

const Registration = z.object({
  /** Address of the exchange as configured. */
  url: z.string(),
  /** '' when not registered. */
  deviceId: z.string(),
  organisation: z.string(),
  /** Fault code and sentence of the last attempt or of a removal; '' when all went well. */
  cause: z.string(),
  text: z.string(),
});
export type Registration = z.infer<typeof Registration>;

const Asked = z.object({
  /** Epoch milliseconds. */
  at: z.int(),
  verb: z.string(),
  ms: z.number(),
  /** '' when it was answered. */
  fault: z.string(),
});
export type Asked = z.infer<typeof Asked>;

export interface RegistrationStore {
  get(url: string): Registration | undefined;
  put(registration: Registration): void;
  delete(url: string): void;
  /** Counts answered questions and keeps the newest of them. */
  record(asked: readonly Asked[]): void;
  /** Newest first. */
  recorded(): Asked[];
  /** Questions answered since the first start. */
  total(): number;
  close(): void;
}

const SCHEMA = [
  `CREATE TABLE registration (
     url TEXT PRIMARY KEY, deviceId TEXT NOT NULL, organisation TEXT NOT NULL, cause TEXT NOT NULL,
     text TEXT NOT NULL
   ) STRICT`,
  // the id counts all questions, also those that are no longer kept
  `CREATE TABLE asked (
     id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, verb TEXT NOT NULL, ms REAL NOT NULL,
     fault TEXT NOT NULL
   ) STRICT`,
];

export function openRegistrations(path: string): RegistrationStore {
  const db = openDatabase(path, SCHEMA);
  const get = db.prepare('SELECT * FROM registration WHERE url = ?');
  const put = db.prepare('INSERT OR REPLACE INTO registration VALUES (?, ?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM registration WHERE url = ?');
  const asked = askedIn(db);
  return {
    ...asked,
    get: (url) => Registration.optional().parse(get.get(url)),
    put: (r) => void put.run(r.url, r.deviceId, r.organisation, r.cause, r.text),
    delete: (url) => void remove.run(url),
    close: () => db.close(),
  };
}

function askedIn(db: DatabaseSync): Pick<RegistrationStore, 'record' | 'recorded' | 'total'> {
  const add = db.prepare('INSERT INTO asked (at, verb, ms, fault) VALUES (?, ?, ?, ?)');
  const forget = db.prepare('DELETE FROM asked WHERE id <= (SELECT max(id) FROM asked) - ?');
  const newest = db.prepare('SELECT at, verb, ms, fault FROM asked ORDER BY id DESC LIMIT ?');
  const last = db.prepare('SELECT coalesce(max(id), 0) AS n FROM asked');
  return {
    record: (list) =>
      inTransaction(db, () => {
        for (const { at, verb, ms, fault } of list) add.run(at, verb, ms, fault);
        forget.run(QUERIES_KEPT);
      }),
    recorded: () => z.array(Asked).parse(newest.all(QUERIES_KEPT)),
    total: () => z.object({ n: z.int() }).parse(last.get()).n,
  };
}
