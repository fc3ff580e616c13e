import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyAudit } from '@sightline/api';
import { sql } from 'kysely';
import { afterEach, expect, inject, test } from 'vitest';
import { auditCommand } from './audit-cli.ts';
import { openSqlite } from './db.ts';
import { openHub } from './fixture.ts';
import { freshSchema } from './postgres.fixture.ts';
import { openPostgres } from './postgres.ts';

const dirs: string[] = [];
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A hub that has been used and stopped, and how to reach what it left. */
async function used() {
  const dir = mkdtempSync(join(tmpdir(), 'audit-'));
  dirs.push(dir);
  const server = inject('postgres');
  const database = server ? await freshSchema(server) : undefined;
  const at = await openHub({ dataDir: dir, database });
  const check = await at.admin(verifyAudit);
  await at.hub.stop();
  const env = { SIGHTLINE_DATA: dir, SIGHTLINE_DATABASE_URL: database };
  const change = async (text: string): Promise<void> => {
    const { db, flavour } = database ? openPostgres({ url: database }) : openSqlite(join(dir, 'hub.sqlite'));
    const triggers = { sqlite: 'audit_no_update', postgres: 'audit_no_change ON audit' };
    await sql.raw(`DROP TRIGGER ${triggers[flavour]}`).execute(db);
    await sql.raw(text).execute(db);
    await db.destroy();
  };
  return { env, check, change };
}

test('says that the log is intact, and that a noted entry is still there', async () => {
  const { env, check } = await used();
  const { seq = 0, hash = '' } = check.head ?? {};
  expect(check).toMatchObject({ good: seq, broken: null });
  const outcome = await auditCommand(['verify', '--head', `${seq}:${hash}`], env);
  expect(outcome).toEqual({
    status: 0,
    lines: [`Example Ltd: intact, ${seq} entries, head ${seq}:${hash}`, `Entry ${seq} is as it was noted.`],
  });
  const other = await auditCommand(['verify', '--head', `${seq}:${'0'.repeat(64)}`], env);
  expect(other).toMatchObject({ status: 1, lines: [expect.anything(), expect.stringContaining('NOT')] });
});

test('names the first entry that was changed', async () => {
  const { env, change } = await used();
  await change("UPDATE audit SET actor = 'mallory' WHERE seq = 2");
  expect(await auditCommand(['verify'], env)).toEqual({
    status: 1,
    lines: [expect.stringContaining('CHANGED. First broken entry: 2. Entry 2 is not what was written')],
  });
});

test('cannot check what is not there, and says what it takes', async () => {
  expect(await auditCommand(['verify'], { SIGHTLINE_DATA: '/nowhere' })).toMatchObject({ status: 2 });
  expect(await auditCommand(['verify', '--head', 'x'], {})).toMatchObject({ status: 2 });
  const help = await auditCommand(['check'], {});
  expect(help).toMatchObject({
    status: 2,
    lines: [expect.stringContaining('Usage: sightline audit verify')],
  });
});
