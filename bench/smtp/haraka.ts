import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Start } from '../smtp.ts';
import { ended, freePort, listening } from './load.ts';

const VERSION = '3.3.4';

/** Installed for this run only; it takes every recipient and hands mail to its own queue, as its manual has it. */
export const haraka: Start = async (dir, sink) => {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{"private":true}');
  const install = ['install', '--no-audit', '--no-fund', '--omit=optional', '--ignore-scripts'];
  const npm = spawnSync('npm', [...install, `Haraka@${VERSION}`], { cwd: dir, encoding: 'utf8' });
  if (npm.status !== 0) throw new Error(`npm cannot install Haraka: ${npm.stderr.slice(0, 200)}`);
  const port = await freePort();
  const here = join(dir, 'instance');
  setUp(here, join(dir, 'node_modules', 'Haraka'), port, sink);
  const log = openSync(join(dir, 'log'), 'a');
  const child = spawn(process.execPath, [join(dir, 'node_modules', 'Haraka', 'bin', 'haraka'), '-c', here], {
    stdio: ['ignore', log, log],
  });
  await listening(port).catch(async (error: unknown) => {
    await ended(child);
    throw new Error(`${error}: ${readFileSync(join(dir, 'log'), 'utf8').slice(-300)}`);
  });
  return { name: 'haraka', port, rssMiB: () => undefined, stop: () => ended(child) };
};

function setUp(here: string, home: string, port: number, sink: number): void {
  mkdirSync(join(here, 'plugins'), { recursive: true });
  mkdirSync(join(here, 'queue'), { recursive: true });
  cpSync(join(home, 'config'), join(here, 'config'), { recursive: true });
  const config = (name: string, text: string): void => writeFileSync(join(here, 'config', name), text);
  config('smtp.ini', `listen=127.0.0.1:${port}\nnodes=0\n`);
  config('plugins', 'bench\n');
  config('log.ini', '[main]\nlevel=warn\n');
  config('outbound.ini', 'concurrency_max=20\nenable_tls=false\n');
  config('me', 'haraka.bench.test\n');
  writeFileSync(
    join(here, 'plugins', 'bench.js'),
    `exports.hook_rcpt = function (next, connection) { connection.relaying = true; next(OK); };
exports.hook_get_mx = function (next) { next(OK, { exchange: '127.0.0.1', port: ${sink}, priority: 0 }); };
`,
  );
}
