/** What was typed after `sightline appliance`: which command, with what. Pure. */
import { parseArgs } from 'node:util';

interface Spec {
  /** Names of the arguments; one in brackets may be left out. */
  takes: string;
  text: string;
}

const COMMANDS = {
  'cloud status': { takes: '', text: 'Cloud Service Settings and the state of the registration' },
  'cloud connection': { takes: '', text: 'The link to the exchange and the last questions it brought' },
  'cloud test': { takes: '', text: 'Ask the exchange now' },
  'cloud enable': { takes: '', text: 'Submit: switch Threat Response on' },
  'cloud disable': { takes: '', text: 'Submit: switch Threat Response off' },
  'cloud set-server': { takes: 'NAME', text: 'Submit: choose the Threat Response Server' },
  'cloud register': { takes: 'TOKEN', text: 'Redeem a registration token; "-" reads it from the input' },
  'cloud renew-key': { takes: '', text: 'Replace the key of this appliance now (each 90 days by itself)' },
  'cloud deregister': { takes: '', text: 'Remove this appliance from the exchange' },
  'config show': { takes: '', text: 'Live configuration and your uncommitted changes' },
  'config commit': { takes: '', text: 'Make your changes live' },
  'config abandon': { takes: '', text: 'Drop your changes' },
  'config rebase': { takes: '', text: 'Put your changes on top of what others committed' },
  'config history': { takes: '', text: 'Commits, newest first' },
  'config rollback': { takes: 'N', text: 'Commit the configuration of commit N again' },
  'config export': { takes: '[FILE]', text: 'Write the live configuration, without secrets' },
  'config import': { takes: 'FILE', text: 'Submit the configuration of a file; "-" reads the input' },
  trace: { takes: 'FILE', text: 'What would become of a message and why; "-" reads the input' },
  'track check': { takes: '', text: 'Look through the tracking data, running or not' },
  'track rebuild': {
    takes: '',
    text: 'Make all indexes anew from the records; the appliance must be stopped',
  },
  'track backup': { takes: 'DIR', text: 'Copy the tracking data of the running appliance, or update a copy' },
  'track redact': { takes: 'ADDRESS', text: 'Take an address out of everything that was tracked' },
  'block sender': { takes: 'ADDRESS', text: 'Block a sender, in force at once; --hours, --reason' },
  'block domain': { takes: 'DOMAIN', text: 'Block senders of a domain and its subdomains' },
  'block network': { takes: 'IP', text: 'Refuse the connections of an address or a network' },
  'block url': { takes: 'HOST', text: 'Block messages with links to a host, or with one link' },
  'block sha256': { takes: 'HASH', text: 'Block messages with a file' },
  'block subject': { takes: 'PATTERN', text: 'Block messages by their subject; * and ? stand for others' },
  'block attachment': { takes: 'PATTERN', text: 'Block messages by the name of a file' },
  'unblock sender': { takes: 'ADDRESS', text: 'Remove the entry of a sender' },
  'unblock domain': { takes: 'DOMAIN', text: 'Remove the entry of a domain' },
  'unblock network': { takes: 'IP', text: 'Remove the entry of a client' },
  'unblock url': { takes: 'HOST', text: 'Remove the entry of a link' },
  'unblock sha256': { takes: 'HASH', text: 'Remove the entry of a file' },
  'unblock subject': { takes: 'PATTERN', text: 'Remove the entry of a subject' },
  'unblock attachment': { takes: 'PATTERN', text: 'Remove the entry of a file name' },
  'lists show': { takes: '[TEXT]', text: 'Entries that are in force, all or those with a text in them' },
  'lists export': { takes: '[FILE]', text: 'Write all entries as CSV' },
  'lists import': { takes: 'FILE', text: 'Add the entries of a CSV; "-" reads the input' },
  'lists apply': { takes: 'DO', text: 'quarantine, hold or delete what waits and fits the blocklist' },
} as const satisfies Record<string, Spec>;

export type Name = keyof typeof COMMANDS;

export interface Typed {
  name: Name;
  /** The one argument, '' without one. */
  argument: string;
  /** Folder of the appliance's data, when it was said. */
  data: string | undefined;
  json: boolean;
  yes: boolean;
  /** Commit what the command submits, at once. */
  commit: boolean;
  comment: string;
  reason: string;
  /** How long an entry is in force; undefined: until it is removed. */
  hours: number | undefined;
  /** The safelist, not the blocklist. */
  safe: boolean;
  /** Of the message to be traced. */
  envelope: {
    from: string | undefined;
    to: string[] | undefined;
    ip: string | undefined;
    outgoing: boolean | undefined;
  };
}

const OPTIONS = {
  data: { type: 'string' },
  json: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  commit: { type: 'boolean' },
  comment: { type: 'string', short: 'm' },
  reason: { type: 'string', short: 'r' },
  hours: { type: 'string' },
  safe: { type: 'boolean' },
  from: { type: 'string' },
  to: { type: 'string', multiple: true },
  ip: { type: 'string' },
  outgoing: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const ROOMS: ReadonlySet<string> = new Set(Object.keys(COMMANDS).map((name) => name.split(' ')[0] ?? ''));

/** Whether this is a command for a running appliance, not the start of one. */
export const isCommand = (args: string[]): boolean => ROOMS.has(args[0] ?? '');

/** The command, or the lines to print instead: help (exit 0) or what is wrong (exit 2). */
export function read(args: string[]): Typed | { exit: 0 | 2; lines: string[] } {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [room = '', verb = ''] = positionals;
    if (values.help || verb === '') return { exit: values.help ? 0 : 2, lines: help(room) };
    const [name, rest] =
      room === 'trace' ? [room, positionals.slice(1)] : [`${room} ${verb}`, positionals.slice(2)];
    if (!isName(name)) return wrong(`There is no command "${name}".`, room);
    const problem = argumentProblem(name, rest);
    if (problem) return wrong(problem, room);
    const { data, json = false, yes = false, commit = false, comment = '' } = values;
    const { reason = '', safe = false, from, to, ip, outgoing } = values;
    const hours = values.hours === undefined ? undefined : Number(values.hours);
    if (hours !== undefined && !(hours > 0)) return wrong(`"${values.hours}" is no number of hours.`, room);
    const envelope = { from, to, ip, outgoing };
    const block = { reason, hours, safe };
    return { name, argument: rest[0] ?? '', data, json, yes, commit, comment, ...block, envelope };
  } catch (error) {
    return wrong((error as Error).message, args[0] ?? '');
  }
}

const isName = (name: string): name is Name => Object.hasOwn(COMMANDS, name);
const wrong = (text: string, room: string) => ({ exit: 2 as const, lines: [text, '', ...help(room)] });

function argumentProblem(name: Name, given: string[]): string | undefined {
  const { takes } = COMMANDS[name];
  if (given.length > (takes === '' ? 0 : 1)) return `"${name}" does not take "${given.at(-1)}".`;
  if (given.length === 0 && takes !== '' && !takes.startsWith('['))
    return `"${name}" needs ${takes}: ${COMMANDS[name].text}.`;
  if (takes === 'N' && !/^[1-9]\d{0,9}$/.test(given[0] ?? ''))
    return `"${given[0]}" is not the number of a commit.`;
  return undefined;
}

/** All commands, one a line. */
export const commandLines = (room = ''): string[] =>
  (Object.entries(COMMANDS) as [Name, Spec][])
    .filter(([name]) => room === '' || name.startsWith(`${room} `))
    .map(([name, { takes, text }]) => `  ${`${name} ${takes}`.padEnd(26)} ${text}`);

const help = (room: string): string[] => [
  `Usage: sightline appliance ${room} <command> [flags]`,
  '',
  'For the appliance that runs on this machine, as its user. Submitted changes are live after "config commit".',
  '',
  ...commandLines(room),
  '',
  '  --data DIR                 Folder of the appliance (SIGHTLINE_DATA, ./data/appliance)',
  '  --json                     Print JSON',
  '  -y, --yes                  Do not ask before "deregister", "rollback" and "redact"',
  '  --commit                   Commit at once what the command submits',
  '  -m, --comment TEXT         Comment of the commit',
  '  -r, --reason TEXT          Why something is blocked: shown in tracking and in the list',
  '  --hours N                  How long it is blocked; without it until it is removed',
  '  --safe                     For the safelist, not the blocklist',
  '  --from, --to, --ip, --outgoing   Envelope of "trace"; --to may come several times',
  '',
  'Exit: 0 done, 1 refused or failed, 2 not understood, 3 no such appliance is running.',
];
