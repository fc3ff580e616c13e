/** `npm start`: the whole system on loopback, data kept in ./data, sample mail at the first start. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { fill } from './fill.ts';
import { DEMO_PORTS, logFile, openWorld, type World } from './world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dataDir = process.env.SIGHTLINE_DATA ?? join(root, 'data');
const kept = join(dataDir, 'demo.json');

execFileSync(process.execPath, [join(root, 'packages/ui/build.ts')], { stdio: 'inherit' });
mkdirSync(join(dataDir, 'logs'), { recursive: true });
const log = pino(pino.destination(logFile(dataDir)));
const firstStart = !existsSync(kept);
const login = firstStart ? { name: 'admin', password: randomBytes(12).toString('base64url') } : saved();
const world = await openWorld({ dataDir, ports: DEMO_PORTS, log, processes: true }).catch(refused);
let leaving = false;
const fresh = world.console.setupToken !== undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void leave());

if (fresh && (await wanted())) {
  writeFileSync(kept, JSON.stringify(login), { mode: 0o600 });
  await fill(world, login, { respond: true });
}
announce(world);
openBrowser(world.hubs.AMERICAS.url);

/** The usual reason is a second start beside a running one. */
function refused(error: NodeJS.ErrnoException): never {
  const inUse = error.code === 'EADDRINUSE';
  console.error(inUse ? `${error.message}. Is Sightline running already?` : error);
  process.exit(1);
}

function saved(): { name: string; password: string } {
  return JSON.parse(readFileSync(kept, 'utf8'));
}

/** Sample mail is the usual case; `npm start -- --empty` or "n" leaves everything as it is after an installation. */
async function wanted(): Promise<boolean> {
  if (process.argv.includes('--empty')) return false;
  if (!process.stdin.isTTY) return true;
  const ask = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await ask.question('Set everything up and send some 300 sample mails? [Y/n] ');
  ask.close();
  return !/^\s*n/i.test(answer);
}

function announce(at: World): void {
  const setUp = fresh && !existsSync(kept);
  const link = (place: { url: string; setupToken: string | undefined }): string =>
    setUp ? `${place.url}/setup?token=${place.setupToken}` : place.url;
  console.log(`
  Sightline is running; its log is data/logs/sightline.log. Stop it with Ctrl+C.

    Response portal, AMERICAS   ${link(at.hubs.AMERICAS)}
    Response portal, EUROPE     ${link(at.hubs.EUROPE)}
    Appliance console           ${link(at.console)}
    Gateway (SMTP)              ${at.smtp.host}:${at.smtp.port}
    Mailbox server              ${at.mailbox.url}
${setUp ? '' : `\n    User ${login.name}, password ${login.password} (the same everywhere; kept in data/demo.json)\n`}
  Try: investigate  email_subject:"Invoice 88214 is overdue - action required"
`);
}

function openBrowser(url: string): void {
  if (!process.stdout.isTTY || (!process.env.DISPLAY && process.platform === 'linux')) return;
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

async function leave(): Promise<void> {
  if (leaving) return;
  leaving = true;
  await world.stop();
  process.exit(0);
}
