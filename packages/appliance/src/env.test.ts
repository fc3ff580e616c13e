import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readEnv } from './env.ts';

it('takes flags before the environment, and defaults', () => {
  expect(readEnv({}, [])).toMatchObject({
    logLevel: 'info',
    options: {
      dataDir: './data/appliance',
      console: { host: '127.0.0.1', port: 7410 },
      seed: { listener: {} },
    },
  });
  const env = { SIGHTLINE_PORT: '1000', SIGHTLINE_DATA: '/env', SIGHTLINE_SMTP_PORT: '25' };
  expect(readEnv(env, ['--port', '2000', '--public-url', 'https://esa.example.com/'])).toMatchObject({
    options: {
      dataDir: '/env',
      console: { port: 2000, publicUrl: 'https://esa.example.com' },
      seed: { listener: { port: 25 } },
    },
  });
});

it('names all problems at once, never the value of a secret', () => {
  const env = { SIGHTLINE_METRICS_TOKEN: 'short-secret', SIGHTLINE_LOG_LEVEL: 'loud' };
  const read = readEnv(env, ['--port', '99999', '--public-url', 'ftp://x']);
  expect(read).toMatchObject({ exit: 2 });
  const text = 'lines' in read ? read.lines.join('\n') : '';
  for (const part of ['--port', '"99999"', '--public-url', '--log-level', '--metrics-token', '16 characters'])
    expect(text).toContain(part);
  expect(text).not.toContain('short-secret');
  expect(readEnv({}, ['--colour', 'red'])).toMatchObject({ exit: 2 });
});

it('takes parts of a configuration from a file, and says what is wrong with it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'env-'));
  const file = join(dir, 'first.json');
  const read = () => readEnv({ SIGHTLINE_SMTP_PORT: '25' }, ['--first-config', file]);
  expect(read()).toMatchObject({ exit: 2, lines: [expect.stringContaining('ENOENT'), expect.anything()] });
  writeFileSync(file, '{ "hostname": "mx.example.com", "listener": { "host": "::1", "port": 2500 } }');
  expect(read()).toMatchObject({
    options: { seed: { hostname: 'mx.example.com', listener: { host: '::1', port: 25 } } },
  });
  writeFileSync(file, '[1]');
  expect(read()).toMatchObject({ exit: 2, lines: [expect.stringContaining(file), expect.anything()] });
  rmSync(dir, { recursive: true });
});

it('helps', () => {
  const read = readEnv({}, ['--help']);
  expect(read).toMatchObject({ exit: 0 });
  expect('lines' in read ? read.lines.join('\n') : '').toMatch(/--port +SIGHTLINE_PORT +Port of the console/);
});

const BIN = fileURLToPath(new URL('../../../bin/sightline.js', import.meta.url));
/** The machine's own Node, if there is one: usually older than what this needs. */
const NODES = ['/usr/bin/node', '/usr/local/bin/node', process.execPath].filter((path) => existsSync(path));

it.each(NODES)('the command starts with %s, opens the console, and stops in order', async (node) => {
  expect(spawnSync(node, [BIN, 'launch']).status).toBe(2);
  expect(spawnSync(node, [BIN, '--help']).stdout.toString()).toContain('appliance');
  const data = mkdtempSync(join(tmpdir(), 'command-'));
  const child = spawn(node, [BIN, 'appliance', '--data', data, '--port', '0', '--smtp-port', '0']);
  let out = '';
  child.stdout.on('data', (part: Buffer) => {
    out += part.toString();
  });
  while (!out.includes('/setup?token=')) await once(child.stdout, 'data');
  const url = /"url":"([^"]+)"/.exec(out)?.[1];
  // The mail process may still be starting when the console is open.
  const health = async (): Promise<unknown> => {
    const body: unknown = await (await fetch(`${url}/healthz`)).json();
    return body;
  };
  await expect.poll(health, { timeout: 10_000 }).toMatchObject({ status: 'ok' });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(out).toContain('"msg":"stopped"');
  rmSync(data, { recursive: true, force: true });
});
