/**
 * `npm run conformance -- python-client --path DIR [--write]`: the published Python client for Cisco Threat Response,
 * unchanged, through all its calls against a hub of this tree.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { withHub } from './pythonhub.ts';
import { type Line, table, withTable } from './pythontable.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/compatibility.md', import.meta.url));
const DRIVER = fileURLToPath(new URL('drive.py', import.meta.url));
const HOW = `Get it, then name its folder:
  git clone https://github.com/CiscoSecurity/tr-05-api-module
It needs Python 3 with requests and six (Debian: python3-requests, python3-six).`;
/** Milliseconds for all calls together. */
const LIMIT_MS = 300_000;

/** Whether every call, at least a hundred, was answered as the client expects; `write` puts the table into the document. */
export async function pythonClient(path: string, write: boolean): Promise<boolean> {
  if (!existsSync(join(path, 'threatresponse'))) {
    console.error(`There is no published client in ${path}.\n${HOW}`);
    return false;
  }
  const lines = await withHub((environment) => driven(path, environment));
  const distinct = new Set(lines.map((line) => line.call)).size;
  const bad = lines.filter((line) => !line.good);
  console.log(table(lines));
  console.log(
    `${distinct} distinct calls, ${lines.length - bad.length} of ${lines.length} as the client expects.`,
  );
  for (const { call, note } of bad) console.error(`${call}: ${note}`);
  if (write) writeFileSync(DOCUMENT, withTable(readFileSync(DOCUMENT, 'utf8'), lines));
  return bad.length === 0 && distinct >= 100;
}

/** What the driver says, a line for each call. */
async function driven(path: string, environment: Record<string, string>): Promise<Line[]> {
  const child = spawn(process.env.PYTHON ?? 'python3', [DRIVER, path], {
    env: { ...process.env, ...environment, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LIMIT_MS,
  });
  const lines: Line[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line) as Line);
  return lines;
}
