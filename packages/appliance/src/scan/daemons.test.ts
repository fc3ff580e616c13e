/** The real rspamd and the real clamd, where they are installed: started here, on sockets of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clamavEngine } from './clamav.ts';
import { bench } from './engine.fixture.ts';
import type { Engine } from './engine.ts';
import { rspamdEngine } from './rspamd.ts';

const RSPAMD = '/usr/bin/rspamd';
const CLAMD = '/usr/sbin/clamd';
const START = { timeout: 60_000, interval: 200 };

let dir: string;
let child: ChildProcess | undefined;
let test: ReturnType<typeof bench> | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'daemon-'));
  // A daemon that was started by root reads it as its own user.
  chmodSync(dir, 0o755);
});
afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  child = undefined;
  await test?.close();
  test = undefined;
  rmSync(dir, { recursive: true, force: true });
});

const letter = (body: string): string =>
  [
    'From: Ann <ann@example.org>',
    'To: bob@example.com',
    'Subject: hi',
    'Date: Wed, 25 Nov 2026 08:00:00 +0000',
    'Message-ID: <1@example.org>',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    body,
    '',
  ].join('\r\n');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until the daemon looks at messages. */
async function ready(engine: Engine, name: 'rspamd' | 'clamav', endpoint: string): Promise<void> {
  test = bench([engine], { engines: { [name]: { enabled: true, endpoint, timeoutSeconds: 20 } } });
  await expect.poll(() => look('Hello'), START).toMatchObject([{ verdict: 'clean' }]);
}
const look = async (body: string) =>
  (await test?.look(letter(body)))?.results.filter((one) => one.engine !== 'mime');

describe.skipIf(!existsSync(CLAMD))(`clamd, real (skipped where there is no ${CLAMD})`, () => {
  it('says which signature a message fits', async () => {
    const text = 'A harmless line that only the signature of this test takes for a virus.';
    const socket = join(dir, 'clamd.ctl');
    mkdirSync(join(dir, 'db'));
    // Target 0 is any file, * any place in it.
    writeFileSync(join(dir, 'db', 'ours.ndb'), `Ours.Text:0:*:${Buffer.from(text).toString('hex')}\n`);
    writeFileSync(
      join(dir, 'db', 'ours.hsb'),
      `${createHash('sha256').update('x').digest('hex')}:1:Ours.File\n`,
    );
    const settings = [
      `DatabaseDirectory ${join(dir, 'db')}`,
      `LocalSocket ${socket}`,
      'LocalSocketMode 600',
      'User root',
      'Foreground yes',
      'MaxThreads 2',
    ].filter((line) => process.getuid?.() === 0 || !line.startsWith('User'));
    writeFileSync(join(dir, 'clamd.conf'), `${settings.join('\n')}\n`);
    child = spawn(CLAMD, ['--config-file', join(dir, 'clamd.conf')], { stdio: 'ignore' });
    await ready(clamavEngine(Date.now), 'clamav', `unix:${socket}`);
    expect(await look(`${text}\r\n${'more '.repeat(50_000)}`)).toMatchObject([
      { engine: 'clamav', category: 'virus', verdict: 'positive', names: ['Ours.Text.UNOFFICIAL'] },
    ]);
    expect((await look('Hello'))?.[0]?.version).toMatch(/^\d+\.\d+/);
  }, 90_000);
});

describe.skipIf(!existsSync(RSPAMD))(`rspamd, real (skipped where there is no ${RSPAMD})`, () => {
  it('takes GTUBE for spam, and a plain message for none', async () => {
    const port = await freePort();
    // Split, so that no filter takes this file for spam.
    const gtube = ['XJS*C4JDBQADN1.NSBN3*2IDNEN*', 'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'].join('');
    writeFileSync(
      join(dir, 'rspamd.conf'),
      `
options {
  pidfile = "${dir}/rspamd.pid"; tempdir = "${dir}"; filters = "";
  dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1; retransmits = 1; }
}
logging { type = "console"; level = "error"; }
lua = "/usr/share/rspamd/rules/rspamd.lua";
worker "normal" { bind_socket = "127.0.0.1:${port}"; count = 1; }
actions { reject = 15; add_header = 6; }
`,
    );
    const user = process.getuid?.() === 0 ? ['--insecure'] : [];
    child = spawn(RSPAMD, ['-f', ...user, '-c', join(dir, 'rspamd.conf')], {
      stdio: 'ignore',
      env: { ...process.env, DBDIR: dir, RUNDIR: dir, LOGDIR: dir },
    });
    await ready(rspamdEngine(), 'rspamd', `http://127.0.0.1:${port}`);
    expect(await look(gtube)).toMatchObject([
      { engine: 'rspamd', category: 'spam', verdict: 'positive', names: expect.arrayContaining(['GTUBE']) },
    ]);
  }, 90_000);
});
