/** A whole system in a folder of its own: a hub with an API client of all scopes, an appliance that takes orders. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addApiClient,
  type Call,
  INTEL,
  listDevices,
  listModules,
  SCOPES,
  submitConfig,
  switchService,
} from '@sightline/api';
import { addEmailModule, enableCloud, enter, register } from '@sightline/demo/steps';
import { freePorts, openWorld, type World } from '@sightline/demo/world';
import { pino } from 'pino';

const LOGIN = { name: 'ada', password: 'correct horse battery staple' };
const ORGANISATION = 'Conformance';
const SILENT = { step: () => {}, count: () => {} };

/** Runs `work` with what the driver needs to know of the hub. */
export async function withHub<T>(work: (environment: Record<string, string>) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'conformance-'));
  const world = await openWorld({ dataDir: dir, ports: await freePorts(), log: pino({ level: 'silent' }) });
  try {
    return await work(await prepared(world));
  } finally {
    await world.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function prepared({ hubs, console: esa }: World): Promise<Record<string, string>> {
  const { url, setupToken } = hubs.AMERICAS;
  const { call: admin } = await enter(url, LOGIN, setupToken, ORGANISATION);
  const { call: console_ } = await enter(esa.url, LOGIN, esa.setupToken, ORGANISATION);
  await admin(switchService, { params: { id: 'threat-response' }, body: { enabled: true } });
  await console_(submitConfig, { body: { cloud: { remoteApi: true, remoteResponse: true } } });
  await enableCloud(console_, SILENT);
  await register(admin, console_, SILENT);
  await addEmailModule(admin, SILENT);
  return facts(admin, url);
}

async function facts(admin: Call, url: string): Promise<Record<string, string>> {
  const { client: program, password } = await admin(addApiClient, {
    body: { name: 'conformance', scopes: [...SCOPES] },
  });
  // the intel store is a module from its first entity on
  const { id } = await admin(INTEL.coa.create, { query: {}, body: { title: 'first' } });
  await admin(INTEL.coa.remove, { params: { id }, query: {} });
  const { modules } = await admin(listModules);
  const appliance = modules.find(({ name }) => name === 'esa03');
  const intel = modules.find((one) => one !== appliance);
  const { devices } = await admin(listDevices, { query: {} });
  const known = {
    module: intel?.id,
    module_type: intel?.module_type_id,
    appliance: appliance?.id,
    device: devices[0]?.id,
  };
  return { HUB: url, CLIENT_ID: program.id, CLIENT_PASSWORD: password ?? '', FACTS: JSON.stringify(known) };
}
