/** What this appliance is registered as, one row per exchange. */
import { z } from 'zod';
import { openDatabase } from '../database.ts';

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

export interface RegistrationStore {
  get(url: string): Registration | undefined;
  put(registration: Registration): void;
  delete(url: string): void;
  close(): void;
}

const SCHEMA = [
  `CREATE TABLE registration (
     url TEXT PRIMARY KEY, deviceId TEXT NOT NULL, organisation TEXT NOT NULL, cause TEXT NOT NULL,
     text TEXT NOT NULL
   ) STRICT`,
];

export function openRegistrations(path: string): RegistrationStore {
  const db = openDatabase(path, SCHEMA);
  const get = db.prepare('SELECT * FROM registration WHERE url = ?');
  const put = db.prepare('INSERT OR REPLACE INTO registration VALUES (?, ?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM registration WHERE url = ?');
  return {
    get: (url) => Registration.optional().parse(get.get(url)),
    put: (r) => void put.run(r.url, r.deviceId, r.organisation, r.cause, r.text),
    delete: (url) => void remove.run(url),
    close: () => db.close(),
  };
}
