#!/usr/bin/env node
/**
 * `node bin/node24.js SCRIPT …` runs a script on the Node that came with the packages, whatever Node started this.
 * Plain JavaScript that an older Node can read. Scripts do not rely on `node_modules/.bin/node`, since not every
 * npm makes that link.
 */
import { spawn } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST = 24;

/** The Node that is running is new enough. */
export const isEnough = () => Number(process.versions.node.split('.')[0]) >= OLDEST;

/** The Node that came with `npm ci`; undefined where there is none for this machine. */
function installed() {
  try {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve(`node-${process.platform}-${process.arch}/package.json`);
    return join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.node);
  } catch {
    return undefined;
  }
}

/** Runs a script with a Node that is new enough, as if it had been started so: signals and exit code go through. */
export function handOver(script, args) {
  const node = isEnough() ? process.execPath : installed();
  if (!node) {
    refuse(
      `This needs Node ${OLDEST} or newer, and there is none for this machine in the installation. Install it.`,
    );
    return;
  }
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].filter(Boolean).join(delimiter) };
  const child = spawn(node, [script, ...args], { stdio: 'inherit', env });
  // A terminal sends Ctrl+C to both already.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`${node} cannot be run: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

export function refuse(text) {
  process.stderr.write(`${text}\n`);
  process.exitCode = 2;
}

if (realpathSync(process.argv[1] ?? '.') === fileURLToPath(import.meta.url)) {
  const [script, ...args] = process.argv.slice(2);
  if (script) handOver(script, args);
  else refuse('Usage: node bin/node24.js SCRIPT [arguments]');
}
