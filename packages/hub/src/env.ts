/** Settings of the hub from the environment; all that is wrong is said at once. */
import { z } from 'zod';
import type { HubOptions } from './app.ts';

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
  };
}
