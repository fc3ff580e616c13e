/** Published relays behind a hub: each is started as its makers wrote it, and asked for everything that it has. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Authority, authority } from './authority.ts';
import { type ConformanceHub, conformanceHub, freePort } from './hub.ts';
import { keepTable, type Outcome } from './table.ts';
import { HOSTS, type Upstream, upstream } from './upstream.ts';

/** How a relay is entered where no document of it says so. */
interface Known {
  /** Settings of the module beside its address. */
  settings: Record<string, unknown>;
  /** Of relays that come without a module type. */
  generic?: boolean;
  env?: Record<string, string>;
}

const SECRET = 'k'.repeat(64);
const KNOWN: Record<string, Known> = {
  'tr-05-serverless-abuseipdb': { settings: { custom_key: 'key' } },
  'tr-05-serverless-urlscanio': { settings: { custom_key: 'key' } },
  'tr-05-serverless-cybercrime-tracker': { settings: {} },
  'tr-05-serverless-relay': {
    generic: true,
    env: { SECRET_KEY: SECRET },
    settings: {
      'auth-type': 'custom-jwt',
      'custom-jwt-key': SECRET,
      'custom-jwt-claims': '{"key":"theirs"}',
    },
  },
};
const GENERIC_RELAY = 'a14ae422-01b6-5013-9876-695ff1b0ebe0';
const OBSERVABLES = [
  { type: 'ip', value: '198.51.100.9' },
  { type: 'url', value: 'https://evil.example/pay' },
  { type: 'email', value: 'user@example.org' },
];

/** Whether all went well. Writes the table. */
export async function relays(path: string): Promise<boolean> {
  const found = checkouts(resolve(path));
  if (found.length === 0) {
    console.error(`There is no relay that this knows under ${path}: ${Object.keys(KNOWN).join(', ')}.`);
    return false;
  }
  const dir = mkdtempSync(join(tmpdir(), 'conformance-'));
  const tls = authority(dir, ['localhost', ...HOSTS]);
  const sources = await upstream(tls);
  const hub = await conformanceHub(dir, tls);
  const outcomes: Outcome[] = [];
  try {
    for (const folder of found) outcomes.push(await one(folder, hub, tls, sources));
  } finally {
    await hub.close();
    sources.close();
    rmSync(dir, { recursive: true, force: true });
  }
  keepTable(outcomes);
  return outcomes.every((outcome) => outcome.good);
}

function checkouts(path: string): string[] {
  if (basename(path) in KNOWN) return [path];
  return readdirSync(path)
    .filter((name) => name in KNOWN)
    .sort()
    .map((name) => join(path, name));
}

async function one(folder: string, hub: ConformanceHub, tls: Authority, sources: Upstream): Promise<Outcome> {
  const relay = basename(folder);
  const known = KNOWN[relay] as Known;
  const port = await freePort();
  const child = start(folder, port, { ...environment(tls, sources), ...known.env });
  try {
    const url = `http://127.0.0.1:${port}`;
    await up(url, child);
    const { id, auth } = await added(hub, folder, known, url);
    const cells = await ask(hub, id);
    const good = Object.values(cells).every((cell) => !cell.startsWith('failed'));
    console.error(`${relay}: ${JSON.stringify(cells)}`);
    return { relay, commit: commitOf(folder), auth, cells, good };
  } finally {
    child.kill();
  }
}

/** What a relay reaches of the world: the sources' stand-in, and this hub. */
const environment = (tls: Authority, sources: Upstream): Record<string, string> => ({
  HTTP_PROXY: sources.url,
  HTTPS_PROXY: sources.url,
  http_proxy: sources.url,
  https_proxy: sources.url,
  NO_PROXY: 'localhost,127.0.0.1',
  no_proxy: 'localhost,127.0.0.1',
  REQUESTS_CA_BUNDLE: tls.file,
  SSL_CERT_FILE: tls.file,
  PYTHONDONTWRITEBYTECODE: '1',
});

/** Newer relays have their program in a folder `code`. */
const codeOf = (folder: string): string => (existsSync(join(folder, 'code')) ? join(folder, 'code') : folder);

function start(folder: string, port: number, env: Record<string, string>): ChildProcess {
  const program = `from app import app; app.run(host='127.0.0.1', port=${port})`;
  return spawn(process.env.PYTHON ?? 'python3', ['-c', program], {
    cwd: codeOf(folder),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', process.env.CONFORMANCE_LOG ? 'inherit' : 'ignore'],
  });
}

async function up(url: string, child: ChildProcess): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if (child.exitCode !== null)
      throw new Error('the relay did not start. Set CONFORMANCE_LOG=1 to see what python3 says.');
    const answer = await fetch(`${url}/version`, { method: 'POST' }).catch(() => undefined);
    if (answer) return;
    await sleep(100);
  }
  throw new Error('the relay does not answer after ten seconds');
}

interface Published {
  properties: Record<string, unknown>;
}

/** Imports the published document with nothing but the address changed, and makes a module of it. */
async function added(
  hub: ConformanceHub,
  folder: string,
  known: Known,
  url: string,
): Promise<{ id: string; auth: string }> {
  let type = GENERIC_RELAY;
  let auth = String(known.settings['auth-type'] ?? '');
  if (!known.generic) {
    const text = readFileSync(join(folder, 'module_type.json.sample'), 'utf8');
    const document = JSON.parse(text) as Published;
    const { 'configuration-token-audience': _, ...properties } = document.properties;
    const given = { ...document, properties: { ...properties, url } };
    type = idIn(await hub.call('POST', '/iroh/iroh-int/module-type', given));
    auth = String(properties['auth-type'] ?? 'none');
  }
  const settings = known.generic ? { ...known.settings, url } : known.settings;
  const body = { name: basename(folder), module_type_id: type, settings };
  return { id: idIn(await hub.call('POST', '/iroh/iroh-int/module-instance', body)), auth };
}

function idIn({ status, body }: { status: number; body: unknown }): string {
  const { id } = (body ?? {}) as { id?: string };
  if (status !== 200 || !id) throw new Error(`the hub answered ${status}: ${JSON.stringify(body)}`);
  return id;
}

interface Envelope {
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at as a client of CTR would
  data: any;
  errors?: { code: string; message: string }[];
}

async function ask(hub: ConformanceHub, id: string): Promise<Outcome['cells']> {
  const enrich = async (call: string): Promise<Envelope> =>
    (await hub.call('POST', `/iroh/iroh-enrich/${call}/observables?mids=${id}`, OBSERVABLES))
      .body as Envelope;
  const health = (await hub.call('POST', `/iroh/iroh-enrich/health/${id}`)).body as Envelope;
  const { data: module } = health.data as Envelope;
  const [deliberated, observed, referred] = [
    await enrich('deliberate'),
    await enrich('observe'),
    await enrich('refer'),
  ];
  const offered = (await hub.call('POST', `/iroh/iroh-response/respond/observables?mids=${id}`, OBSERVABLES))
    .body as Envelope;
  return {
    health: module.status === 'ok' ? 'ok' : `failed: ${module.text}`,
    deliberate: found(deliberated),
    observe: found(observed),
    refer: listed(referred, 'links'),
    respond: listed(offered, 'actions'),
    trigger: await triggered(hub, offered),
  };
}

const trouble = ({ errors = [] }: Envelope): string =>
  errors.length > 0 ? `failed: ${errors.map((one) => `${one.code}: ${one.message}`).join('; ')}` : '';

function found(envelope: Envelope): string {
  const kinds = Object.entries((envelope.data[0]?.data ?? {}) as Record<string, { count: number }>);
  const some = kinds.filter(([, { count }]) => count > 0);
  return (
    trouble(envelope) || some.map(([kind, { count }]) => `${kind}: ${count}`).join(', ') || 'nothing found'
  );
}

const listed = (envelope: Envelope, what: string): string =>
  trouble(envelope) || (envelope.data.length > 0 ? `${what}: ${envelope.data.length}` : 'none');

async function triggered(hub: ConformanceHub, offered: Envelope): Promise<string> {
  const [action] = offered.data as { url: string }[];
  if (!action) return 'none';
  const done = (await hub.call('POST', action.url)).body as Envelope;
  return trouble(done) || done.data.status;
}

function commitOf(folder: string): string {
  const ran = spawnSync('git', ['-C', folder, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  const top = spawnSync('git', ['-C', folder, 'rev-parse', '--show-toplevel'], { encoding: 'utf8' });
  return ran.status === 0 && resolve(top.stdout.trim()) === folder ? ran.stdout.trim() : '';
}
