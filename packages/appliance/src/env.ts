/** What an operator can say at the start: environment and flags, checked together, all problems named at once. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Networks } from '@sightline/api/web/peer';
import { z } from 'zod';
import type { Options } from './app.ts';
import { commandLines } from './command/args.ts';

const FLAGS = {
  data: 'Folder of everything this appliance keeps (./data/appliance)',
  host: 'Address on which the console listens (127.0.0.1)',
  port: 'Port of the console (7410)',
  'public-url': 'Address by which browsers reach the console through a proxy',
  'trusted-proxies': 'Networks of proxies whose X-Forwarded-For counts: 10.0.0.0/8,192.0.2.7',
  ui: 'Folder of the built pages of the console',
  'metrics-token': 'Bearer token for /metrics from other machines',
  'smtp-host': 'Address of the mail listener, first start only (127.0.0.1)',
  'smtp-port': 'Port of the mail listener, first start only (2525)',
  'first-config': 'File with a configuration document (JSON), or parts of one; first start only',
  'log-level': 'fatal, error, warn, info, debug, trace or silent (info)',
} as const;
type Flag = keyof typeof FLAGS;

const port = z.coerce
  .number('is not a port.')
  .int('is not a port.')
  .min(0, 'is not a port.')
  .max(65535, 'is not a port.');

const Document = z.record(z.string(), z.unknown());

const Settings = z.object({
  data: z.string().min(1, 'is empty.').default('./data/appliance'),
  host: z.string().min(1, 'is empty.').default('127.0.0.1'),
  port: port.default(7410),
  ui: z.string().min(1, 'is empty.').optional(),
  'public-url': z
    .url({ protocol: /^https?$/, error: 'is not an address such as https://esa.example.com.' })
    .transform((text) => new URL(text).origin)
    .optional(),
  'trusted-proxies': Networks.optional(),
  'metrics-token': z.string().min(16, 'needs at least 16 characters.').optional(),
  'smtp-host': z.string().min(1, 'is empty.').optional(),
  'smtp-port': port.optional(),
  'first-config': z
    .string()
    .transform((path, { addIssue }) => {
      try {
        return Document.parse(JSON.parse(readFileSync(path, 'utf8')));
      } catch (error) {
        addIssue(`cannot be read: ${(error as Error).message}`);
        return z.NEVER;
      }
    })
    .optional(),
  'log-level': z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'is not a level.')
    .default('info'),
});

export type Start = { options: Omit<Options, 'log'>; logLevel: string };

/** Settings of this start, or the lines to print instead: help (exit 0) or all problems (exit 2). */
export function readEnv(
  env: Record<string, string | undefined>,
  args: string[],
): Start | { exit: 0 | 2; lines: string[] } {
  const given = flags(args);
  if ('problem' in given) return { exit: 2, lines: [given.problem, HINT] };
  if (given.help) return { exit: 0, lines: HELP };
  const names = Object.keys(FLAGS) as Flag[];
  const raw = Object.fromEntries(names.map((name) => [name, given.values[name] ?? env[variable(name)]]));
  const parsed = Settings.safeParse(raw);
  if (!parsed.success)
    return { exit: 2, lines: [...parsed.error.issues.map((issue) => problem(issue, raw)), HINT] };
  return start(parsed.data);
}

function start(s: z.infer<typeof Settings>): Start {
  const listener = { host: s['smtp-host'], port: s['smtp-port'] };
  const given = Object.fromEntries(Object.entries(listener).filter(([, v]) => v !== undefined));
  const first = s['first-config'] ?? {};
  return {
    logLevel: s['log-level'],
    options: {
      dataDir: s.data,
      uiDir: s.ui,
      console: {
        host: s.host,
        port: s.port,
        publicUrl: s['public-url'],
        trustedProxies: s['trusted-proxies'],
        metricsToken: s['metrics-token'],
      },
      seed: { ...first, listener: { ...(first.listener as object), ...given } },
    },
  };
}

type Flags = { help: boolean; values: Partial<Record<Flag, string>> } | { problem: string };

function flags(args: string[]): Flags {
  const names = Object.keys(FLAGS).map((name) => [name, { type: 'string' }] as const);
  const options = { ...Object.fromEntries(names), help: { type: 'boolean', short: 'h' } } as const;
  try {
    const { values } = parseArgs({ args, options });
    const { help, ...rest } = values;
    return { help: help === true, values: rest as Partial<Record<Flag, string>> };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

const variable = (flag: Flag): string => `SIGHTLINE_${flag.replaceAll('-', '_').toUpperCase()}`;
const SECRET: ReadonlySet<string> = new Set<Flag>(['metrics-token']);

function problem(issue: z.core.$ZodIssue, raw: Record<string, string | undefined>): string {
  const flag = String(issue.path[0]) as Flag;
  const value = SECRET.has(flag) ? 'its value' : `"${raw[flag]}"`;
  return `--${flag} (${variable(flag)}): ${value} ${issue.message}`;
}

const HINT = 'Run "sightline appliance --help" for all settings.';
const HELP = [
  'Usage: sightline appliance [mta|console] [flags]',
  '       sightline appliance cloud|config|block|unblock|lists <command> [flags]',
  '',
  'Starts the mail gateway, and its console with message tracking and connector, as two processes, and keeps them',
  'running until SIGTERM or SIGINT. With "mta" or "console" only that one runs, for service managers. Every flag has',
  'a variable in the environment.',
  '',
  ...(Object.entries(FLAGS) as [Flag, string][]).map(
    ([flag, text]) => `  --${flag.padEnd(16)} ${variable(flag).padEnd(26)} ${text}`,
  ),
  '',
  'Commands for the appliance that runs on this machine:',
  '',
  ...commandLines(),
];
