#!/usr/bin/env node
/**
 * `sightline appliance|hub [command] [flags]`. Plain JavaScript that an older Node can read: it hands over to the Node of
 * this installation when the one that started it is too old.
 */
import { fileURLToPath } from 'node:url';
import { handOver, isEnough, refuse } from './node24.js';

const HELP = `Usage: sightline <command> [flags]

Programs
  appliance          Mail gateway with message tracking, console and connector
  hub                Exchange and response portal

Commands without a program
  inspect FILE       Observables in a message, a report, STIX or MISP, as Investigate would recognise them

Commands for the data of a hub
  audit verify       Check the hash chain of the audit log; names the first entry that was changed

Commands for a running appliance
  appliance cloud    Cloud Service Settings: status, connection, test, enable, disable, set-server, register, deregister
  appliance config   Configuration: show, commit, abandon, rebase, history, rollback, export, import
  appliance block    Block senders, domains, networks, links, files, subjects; unblock takes it back
  appliance lists    Blocklists and safelists: show, export, import, apply
  trace FILE         What would become of a message, and why
  track              Message tracking data: check, rebuild, backup, redact

"sightline <command> --help" shows the flags of a command.
`;
async function run(command) {
  if (['appliance', 'track', 'trace'].includes(command)) await import('../packages/appliance/src/main.ts');
  else if (command === 'audit') await (await import('../packages/hub/src/audit-cli.ts')).run();
  else if (command === 'inspect') await (await import('../packages/hub/src/file/cli.ts')).run();
  else await import('../packages/hub/src/main.ts');
}

const command = process.argv[2];
if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
  process.stdout.write(HELP);
  if (command === undefined) process.exitCode = 2;
} else if (!['appliance', 'hub', 'audit', 'inspect', 'track', 'trace'].includes(command)) {
  refuse(`There is no command "${command}".\n\n${HELP}`);
} else if (isEnough()) {
  // these commands are the appliance's own
  if (command !== 'track' && command !== 'trace') process.argv.splice(2, 1);
  await run(command);
} else {
  handOver(fileURLToPath(import.meta.url), process.argv.slice(2));
}
