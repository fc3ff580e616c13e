/** A hub in a folder of its own, with an administrator, an API client with all scopes, and a module. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addApiClient,
  type Call,
  client,
  INTEL,
  listModules,
  SCOPES,
  setUp,
  switchService,
} from '@sightline/api';
import { app } from '@sightline/hub';

const PASSWORD = 'correct horse battery staple';

/** Runs `work` with what the driver needs to know of the hub. */
export async function withHub<T>(work: (environment: Record<string, string>) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'conformance-'));
  const listen = { host: '127.0.0.1', port: 0 };
  const hub = await app({ dataDir: dir, listen, region: 'AMERICAS', regions: [] });
  try {
    await hub.start();
    return await work(await prepared(hub.url, hub.setupToken ?? ''));
  } finally {
    await hub.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function prepared(url: string, token: string): Promise<Record<string, string>> {
  const admin = await administrator(url, token);
  await admin(switchService, { params: { id: 'threat-response' }, body: { enabled: true } });
  const { client: program, password } = await admin(addApiClient, {
    body: { name: 'conformance', scopes: [...SCOPES] },
  });
  const { id } = await admin(INTEL.coa.create, { query: {}, body: { title: 'first' } });
  await admin(INTEL.coa.remove, { params: { id }, query: {} });
  const [module] = (await admin(listModules)).modules;
  const facts = { module: module?.id, module_type: module?.module_type_id };
  return { HUB: url, CLIENT_ID: program.id, CLIENT_PASSWORD: password ?? '', FACTS: JSON.stringify(facts) };
}

async function administrator(url: string, token: string): Promise<Call> {
  const body = JSON.stringify({ token, name: 'ada', password: PASSWORD, organisation: 'Conformance' });
  const headers = { 'content-type': 'application/json' };
  const res = await fetch(url + setUp.path, { method: 'POST', headers, body });
  const cookie = (res.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return client({ base: url, headers: { cookie } });
}
