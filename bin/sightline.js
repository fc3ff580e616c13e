#!/usr/bin/env node
/**
 * `sightline appliance|hub [flags]`. Plain JavaScript that an older Node can read: it hands over to the Node of
 * this installation when the one that started it is too old.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HELP = `Usage: sightline <command> [flags]

Commands
  appliance   Mail gateway with message tracking, console and connector
  hub         Exchange and response portal

"sightline <command> --help" shows the flags of a command.
`;
const OLDEST = 24;

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

/** Runs this file again with another Node and ends as that one ends. */
function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`${node} cannot be run: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function refuse(text) {
  process.stderr.write(`${text}\n`);
  process.exitCode = 2;
}

async function run(command) {
  if (command === 'appliance') await import('../packages/appliance/src/main.ts');
  else await import('../packages/hub/src/main.ts');
}

const command = process.argv[2];
if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
  process.stdout.write(HELP);
  if (command === undefined) process.exitCode = 2;
} else if (command !== 'appliance' && command !== 'hub') {
  refuse(`There is no command "${command}".\n\n${HELP}`);
} else if (Number(process.versions.node.split('.')[0]) >= OLDEST) {
  process.argv.splice(2, 1);
  await run(command);
} else {
  const node = installed();
  if (node) handOver(node);
  else
    refuse(
      `This needs Node ${OLDEST} or newer, and there is none for this machine in the installation. Install it.`,
    );
}
