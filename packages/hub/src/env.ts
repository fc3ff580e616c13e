/** Settings of the hub from the environment; all that is wrong is said at once. */
import { Networks } from '@sightline/api/web/peer';
import { z } from 'zod';
import { RETENTION } from './intel/retain.ts';
import type { HubOptions } from './mount/base.ts';

const Port = z.coerce.number().int().min(0).max(65_535);
const Regions = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim().split('=')))
  .pipe(
    z.array(
      z
        .tuple([z.string().regex(/^[A-Za-z0-9]{2,16}$/, 'a region has 2 to 16 letters or digits'), z.url()])
        .transform(([name, url]) => ({ name: name.toUpperCase(), url })),
      'write AMERICAS=https://one.example,EUROPE=https://two.example',
    ),
  );

const Env = z.object({
  SIGHTLINE_DATA: z.string().min(1).default('./data/hub'),
  SIGHTLINE_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'write postgres://user:password@host:5432/name' })
    .optional(),
  SIGHTLINE_HOST: z.string().min(1).default('127.0.0.1'),
  SIGHTLINE_PORT: Port.default(8443),
  SIGHTLINE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  SIGHTLINE_REGION: z
    .string()
    .regex(/^[A-Za-z0-9]{2,16}$/, 'a region has 2 to 16 letters or digits')
    .transform((name) => name.toUpperCase())
    .default('AMERICAS'),
  SIGHTLINE_REGIONS: Regions.default([]),
  SIGHTLINE_UI: z.string().optional(),
  SIGHTLINE_METRICS_TOKEN: z.string().min(16, 'at least 16 characters').optional(),
  SIGHTLINE_TRUSTED_PROXIES: Networks.optional(),
  SIGHTLINE_OUTBOUND_ALLOW: Networks.optional(),
  SIGHTLINE_EVENT_DAYS: z.coerce.number().int().min(1).max(36_500).default(RETENTION.days),
  SIGHTLINE_EVENT_COUNT: z.coerce.number().int().min(1000).max(1e9).default(RETENTION.count),
  SIGHTLINE_REQUESTS_PER_HOUR: z.coerce.number().int().min(1).max(1e9).optional(),
  SIGHTLINE_TLS_PINS: z
    .string()
    .transform((text) => text.split(',').map((pin) => pin.trim()))
    .pipe(z.array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'a pin is the SHA-256 of a public key in base64')))
    .optional(),
});

/** @throws Error that lists every setting that is wrong, one a line */
export function optionsFrom(env: Record<string, string | undefined>): HubOptions {
  const result = Env.safeParse(env);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `  ${issue.path.join(' ')}: ${issue.message}`);
    throw new Error(`The settings of the hub are not valid:\n${lines.join('\n')}`);
  }
  const e = result.data;
  return {
    dataDir: e.SIGHTLINE_DATA,
    database: e.SIGHTLINE_DATABASE_URL,
    listen: { host: e.SIGHTLINE_HOST, port: e.SIGHTLINE_PORT },
    publicUrl: e.SIGHTLINE_PUBLIC_URL,
    region: e.SIGHTLINE_REGION,
    regions: e.SIGHTLINE_REGIONS,
    uiDir: e.SIGHTLINE_UI,
    metricsToken: e.SIGHTLINE_METRICS_TOKEN,
    trustedProxies: e.SIGHTLINE_TRUSTED_PROXIES,
    pins: e.SIGHTLINE_TLS_PINS,
    outboundAllow: e.SIGHTLINE_OUTBOUND_ALLOW,
    events: { days: e.SIGHTLINE_EVENT_DAYS, count: e.SIGHTLINE_EVENT_COUNT },
    requestsPerHour: e.SIGHTLINE_REQUESTS_PER_HOUR,
  };
}

const ABOUT: Record<keyof z.infer<typeof Env>, string> = {
  SIGHTLINE_DATA: 'Folder of everything this hub keeps (./data/hub)',
  SIGHTLINE_DATABASE_URL: 'PostgreSQL instead of SQLite: postgres://user:password@host:5432/name',
  SIGHTLINE_HOST: 'Address on which the hub listens (127.0.0.1)',
  SIGHTLINE_PORT: 'Port of the hub (8443)',
  SIGHTLINE_PUBLIC_URL: 'Address by which browsers and appliances reach the hub through a proxy',
  SIGHTLINE_REGION: 'Name of the region that this exchange serves (AMERICAS)',
  SIGHTLINE_REGIONS: 'The other regions: EUROPE=https://two.example,APJC=https://three.example',
  SIGHTLINE_UI: 'Folder of the built pages of the portal',
  SIGHTLINE_TLS_PINS:
    'Pins of the TLS key and its spare, which appliances keep: SHA-256 in base64, by commas',
  SIGHTLINE_TRUSTED_PROXIES: 'Networks of proxies whose X-Forwarded-For counts: 10.0.0.0/8,192.0.2.7',
  SIGHTLINE_OUTBOUND_ALLOW: 'Networks inside which modules may be asked: 10.0.0.0/8,192.0.2.7 (none)',
  SIGHTLINE_EVENT_DAYS: 'Days that the history of the intel store is kept (365)',
  SIGHTLINE_EVENT_COUNT: 'Events that an organisation has at most in that history (1000000)',
  SIGHTLINE_REQUESTS_PER_HOUR: 'Calls of all API clients of an organisation in an hour (8000)',
  SIGHTLINE_METRICS_TOKEN: 'Bearer token for /metrics from other machines',
};

export const HELP = `Usage: sightline hub
       sightline hub org add NAME --admin USER
       sightline hub keys rotate

Starts the exchange and response portal, until SIGTERM or SIGINT. Settings come from the environment:

${Object.entries(ABOUT)
  .map(([name, text]) => `  ${name.padEnd(26)} ${text}`)
  .join('\n')}
`;

/** Whether to start; otherwise `help`, or what is wrong with the arguments. */
export function wantsHelp(args: string[]): string {
  const [first] = args;
  if (first === undefined) return 'start';
  return first === '--help' || first === '-h' || first === 'help'
    ? 'help'
    : `The hub does not take "${first}".`;
}
