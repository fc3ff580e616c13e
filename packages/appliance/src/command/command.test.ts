import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { app } from '../app.ts';
import type { Appliance } from '../life.ts';

const BIN = fileURLToPath(new URL('../../../../bin/sightline.js', import.meta.url));

interface Outcome {
  code: number;
  out: string;
  err: string;
}

let dir: string;
let exchange: Server;
let appliance: Appliance;

/** The real program, as a child; nobody sits at its terminal. */
const sightline = (args: string[], input = ''): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [BIN, ...args],
      { env: { ...process.env, SIGHTLINE_DATA: dir }, timeout: 30_000 },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
    child.stdin?.end(input);
  });
const run = (line: string, input?: string): Promise<Outcome> =>
  sightline(['appliance', ...line.split(' ')], input);
const json = async (line: string) => JSON.parse((await run(`${line} --json`)).out);

/** Where nobody listens. */
const closedPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'command-'));
  exchange = createServer((_, res) =>
    res
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ nonce: 'a-nonce', now: Date.now(), region: 'americas' })),
  );
  exchange.listen(0, '127.0.0.1');
  await new Promise((done) => exchange.once('listening', done));
  const url = `http://127.0.0.1:${(exchange.address() as AddressInfo).port}`;
  const servers = [
    { name: 'AMERICAS', url },
    { name: 'EUROPE', url: `http://127.0.0.1:${await closedPort()}` },
  ];
  appliance = await app({
    dataDir: dir,
    console: { host: '127.0.0.1', port: 0 },
    seed: { hostname: 'esa03.example.com', listener: { port: 0 }, cloud: { servers } },
    log: pino({ level: 'silent' }),
  });
  await appliance.start();
});
afterAll(async () => {
  await appliance.stop();
  exchange.closeAllConnections();
  exchange.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('help', () => {
  it.each([
    [['--help'], /appliance cloud .*register/],
    [['appliance', '--help'], /--metrics-token[\s\S]*config rollback N/],
    [['appliance', 'cloud', '--help'], /cloud set-server NAME/],
    [['hub', '--help'], /SIGHTLINE_REGIONS/],
  ])('of %j is printed and starts nothing', async (args, text) => {
    const { code, out } = await sightline(args);
    expect(code).toBe(0);
    expect(out).toMatch(text);
  });

  it.each([
    [['appliance', 'cloud', 'fly'], /There is no command "cloud fly"/],
    [['appliance', 'cloud', 'register'], /needs TOKEN/],
    [['appliance', 'cloud', 'status', 'now'], /does not take "now"/],
    [['appliance', 'config', 'rollback', 'one'], /not the number of a commit/],
    [['appliance', 'config', 'show', '--colour'], /colour/],
    [['hub', 'start'], /does not take "start"/],
  ])('comes with what is wrong: %j', async (args, text) => {
    const { code, err } = await sightline(args);
    expect(code).toBe(2);
    expect(err).toMatch(text);
  });
});

describe('the control socket', () => {
  it('is open to its user alone', () => {
    expect(statSync(join(dir, 'run')).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'run', 'control.sock')).mode & 0o777).toBe(0o600);
  });

  it('is missed when nobody runs there', async () => {
    const { code, err } = await run('cloud status --data /nonexistent/sightline');
    expect(code).toBe(3);
    expect(err).toContain('No appliance is running with the data folder /nonexistent/sightline');
  });
});

describe('cloud', () => {
  it('is enabled by submit and commit, under the name of who typed it', async () => {
    expect((await run('cloud status')).out).toMatch(/Threat Response +Disabled/);
    const enabled = await run('cloud enable');
    expect(enabled).toMatchObject({ code: 0 });
    expect(enabled.out).toContain('cloud.enabled: false -> true');
    expect(await json('cloud status')).toMatchObject({ enabled: false, uncommitted: true });
    expect(await run('cloud register x')).toMatchObject({
      code: 1,
      err: expect.stringContaining('not committed'),
    });
    expect((await run('config commit --comment first')).out).toContain('committed');
    expect(await json('cloud status')).toMatchObject({ enabled: true, uncommitted: false });
    const { commits } = await json('config history');
    expect(commits[0]).toMatchObject({ by: `cli:${userInfo().username}`, comment: 'first' });
  });

  it('is tested, and what fails ends with 1', async () => {
    expect(await run('cloud test')).toMatchObject({
      code: 0,
      out: expect.stringContaining('AMERICAS answers'),
    });
    await run('cloud set-server EUROPE --commit');
    expect(await json('cloud test')).toMatchObject({ ok: false, obstacle: 'refused' });
    expect((await run('cloud test')).code).toBe(1);
    expect((await run('cloud connection')).out).toContain('Queries Served');
    await run('cloud set-server AMERICAS --commit');
  });

  it('names the field that is wrong', async () => {
    const { code, err } = await run('cloud set-server MARS');
    expect(code).toBe(1);
    expect(err).toContain('cloud.server: Choose one of AMERICAS, EUROPE.');
    expect(await json('cloud set-server MARS')).toMatchObject({ error: 'invalid_input' });
  });

  it('registers with a token from the input; what is no token is refused', async () => {
    const { code, err } = await run('cloud register -', 'nonsense\n');
    expect(code).toBe(1);
    expect(err).toContain('not a registration token');
  });

  it('asks before it deregisters', async () => {
    expect(await run('cloud deregister')).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect(await run('cloud deregister --yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('not registered'),
    });
  });
});

describe('config', () => {
  it('goes out as a file, comes back as changes, and is abandoned', async () => {
    const file = join(dir, 'out.json');
    expect((await run(`config export ${file}`)).code).toBe(0);
    expect((await run(`config export ${file}`)).code).toBe(1);
    const document = JSON.parse(readFileSync(file, 'utf8'));
    document.config.recipientDomains = ['example.com'];
    writeFileSync(file, JSON.stringify(document));
    const { out } = await run(`config import ${file}`);
    expect(out).toContain('recipientDomains\n  + example.com');
    expect((await run('config abandon')).out).toContain('No Changes Pending');
    expect(await run('config commit')).toMatchObject({ code: 1, err: expect.stringContaining('no changes') });
    writeFileSync(file, '{}');
    expect(await run(`config import ${file}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining('not a configuration file'),
    });
  });

  it('rolls back after a yes', async () => {
    expect(await run('config rollback 1')).toMatchObject({ code: 2 });
    expect((await run('config rollback 1 --yes')).out).toContain('Rolled back to commit 1');
    expect((await run('config show')).out).toContain('cloud.enabled = false');
    expect(await run('config rollback 99 --yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('commit 99'),
    });
  });
});

describe('track', () => {
  it('checks the data of a running appliance, and does not rebuild them', async () => {
    expect(await sightline(['track', 'check'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('all is well'),
    });
    expect(await run('track rebuild')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Stop the appliance first'),
    });
  });

  it('copies the data, which can be checked and rebuilt where they are', async () => {
    const copy = mkdtempSync(join(tmpdir(), 'copy-'));
    try {
      expect((await sightline(['track', 'backup', join(copy, 'track')])).out).toContain('Copied to');
      expect((await sightline(['track', 'check', '--data', copy])).code).toBe(0);
      expect((await sightline(['track', 'rebuild', '--data', copy])).out).toContain('Rebuilt');
      writeFileSync(join(copy, 'other'), '');
      const refused = await sightline(['track', 'backup', copy]);
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('holds something else') });
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('takes an address out of everything after a yes', async () => {
    expect(await sightline(['track', 'redact', 'ann@example.com'])).toMatchObject({ code: 2 });
    expect(await sightline(['track', 'redact', 'ann', '--yes'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('Enter an e-mail address'),
    });
    expect((await sightline(['track', 'redact', 'ann@example.com', '-y'])).out).toContain('in 0 messages');
  });
});

describe('lists', () => {
  it('are changed at once, shown, written and read', async () => {
    expect((await run('block sender Ann@Example.org --hours 2 --reason phishing')).out).toContain('Blocked');
    expect((await run('block url hxxp://evil[.]example/x')).code).toBe(0);
    expect(await run('block sha256 abc')).toMatchObject({
      code: 1,
      err: expect.stringContaining('64 hexadecimal'),
    });
    const shown = await run('lists show ann@');
    expect(shown.out).toMatch(/block +sender +ann@example\.org .* cli:.*: phishing\n1 entries/);
    const { csv } = await json('lists export');
    expect((await run('lists import -', csv)).out).toContain('2 entries are in force');
    expect((await run('unblock sender ann@example.org')).code).toBe(0);
    expect((await run('unblock sender ann@example.org')).code).toBe(1);
    expect((await run('lists apply delete')).out).toContain('0 messages looked at');
  });
});

it('leaves no socket of a killed appliance in the way', async () => {
  const other = mkdtempSync(join(tmpdir(), 'command-'));
  const start = async (): Promise<ReturnType<typeof spawn>> => {
    const child = spawn(
      process.execPath,
      [BIN, 'appliance', '--data', other, '--port', '0', '--smtp-port', '0'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    await new Promise<void>((done) => child.stdout?.on('data', (d) => /console open/.test(`${d}`) && done()));
    return child;
  };
  const ended = (child: ReturnType<typeof spawn>) => new Promise((done) => child.once('exit', done));
  const first = await start();
  first.kill('SIGKILL');
  await ended(first);
  expect((await run(`cloud status --data ${other}`)).code).toBe(3);
  const second = await start();
  expect((await run(`cloud status --data ${other}`)).code).toBe(0);
  second.kill('SIGTERM');
  await ended(second);
  rmSync(other, { recursive: true, force: true });
});

describe('trace', () => {
  const mail = (): string => {
    const path = join(dir, 'mail.eml');
    const lines = ['Subject: Offer\x1b[2J', 'Content-Type: application/x-exe; name="run.exe"', '', 'MZ', ''];
    writeFileSync(path, lines.join('\n'));
    return path;
  };

  it('tells what would become of a message, and why, and sends nothing', async () => {
    await run('config commit');
    const { code, out } = await sightline([
      'trace',
      mail(),
      '--from',
      'ann@example.org',
      '--to',
      'bob@example.com',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('Policy DEFAULT: for bob@example.com');
    expect(out).toContain('file type');
    expect(out).toContain('bob@example.com: delivered (policy DEFAULT)');
    expect(out).not.toContain('\x1b');
    const status = await json('trace -'.replace(' -', ` ${mail()} --to x@example.com`));
    expect(status).toMatchObject({
      refused: null,
      attachments: [{ name: 'run.exe' }],
      steps: [{ step: 'Policy DEFAULT' }, { step: 'File Type' }],
    });
  });

  it('says what is missing', async () => {
    expect(await sightline(['trace', mail()])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--to'),
    });
    const wrong = await sightline(['trace', mail(), '--to', 'nobody', '--ip', 'x']);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/Enter an address.*Enter an IP/s) });
  });
});
