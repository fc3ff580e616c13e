/** `sightline audit verify`: checks the audit log of every organisation where it is kept, running hub or not. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Db, openSqlite } from './db.ts';
import { optionsFrom } from './env.ts';
import { hashAt, organisations, verify } from './exchange/audit.ts';
import { openPostgres } from './postgres.ts';

const HELP = `Usage: sightline audit verify [--head NUMBER:HASH]

Checks the hash chain of the audit log, for each organisation from the first entry to the last, and names the first
entry that does not follow from the one before it. Ends with 0 when all is intact, with 1 when something was changed,
with 2 when it could not be checked. The database is that of SIGHTLINE_DATA or SIGHTLINE_DATABASE_URL.

  --head NUMBER:HASH   An entry that was noted earlier: also checks that it is still there and the same.
`;

/** What came out of it: lines for people, and the exit status. */
export interface Outcome {
  lines: string[];
  status: 0 | 1 | 2;
}

export async function auditCommand(
  args: readonly string[],
  env: Record<string, string | undefined>,
): Promise<Outcome> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { head: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return { lines: [HELP], status: 0 };
    if (positionals.join(' ') !== 'verify') return { lines: [HELP], status: 2 };
    return await check(env, values.head);
  } catch (error) {
    return { lines: [error instanceof Error ? error.message : String(error)], status: 2 };
  }
}

async function check(env: Record<string, string | undefined>, head: string | undefined): Promise<Outcome> {
  const noted = head === undefined ? undefined : readHead(head);
  const db = openDatabase(env);
  try {
    const lines: string[] = [];
    let intact = true;
    for (const { org_id, name } of await organisations(db)) {
      const { good, broken, head: last } = await verify(db, org_id);
      intact &&= broken === null;
      lines.push(
        broken
          ? `${name}: CHANGED. First broken entry: ${broken.seq}. ${broken.reason}`
          : `${name}: intact, ${good} entries${last ? `, head ${last.seq}:${last.hash}` : ''}`,
      );
    }
    const found = noted === undefined || (await hashAt(db, noted.seq)).includes(noted.hash);
    if (noted) lines.push(`Entry ${noted.seq} ${found ? 'is as it was noted.' : 'is NOT as it was noted.'}`);
    return { lines, status: intact && found ? 0 : 1 };
  } finally {
    await db.destroy();
  }
}

/** The database of this environment's hub, as it is. */
export function openDatabase(env: Record<string, string | undefined>): Db {
  const { database, dataDir } = optionsFrom(env);
  if (database) return openPostgres({ url: database }).db;
  const path = join(dataDir, 'hub.sqlite');
  if (!existsSync(path)) throw new Error(`There is no database at ${path}. Set SIGHTLINE_DATA.`);
  return openSqlite(path).db;
}

function readHead(text: string): { seq: number; hash: string } {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text);
  if (!match) throw new Error('Write --head as it was noted: the number, a colon, 64 hexadecimal digits.');
  return { seq: Number(match[1]), hash: match[2] as string };
}

/** Runs the command of this process. */
export async function run(): Promise<void> {
  const { lines, status } = await auditCommand(process.argv.slice(2), process.env);
  const out = status === 0 ? process.stdout : process.stderr;
  out.write(`${lines.join('\n')}\n`);
  process.exitCode = status;
}
