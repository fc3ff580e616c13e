/**
 * The quick start, done by a program: the same calls that a person's clicks make, in the same order. Every step
 * looks first whether it has been done, so that it can be run again.
 */
import {
  addDevices,
  addModule,
  type Call,
  type Cloud,
  client,
  commitConfig,
  getCloud,
  type InvestigationLine,
  investigate,
  lines,
  listDevices,
  listModuleDevices,
  listModules,
  listModuleTypes,
  listServices,
  logIn,
  registerCloud,
  searchTracking,
  setUp,
  submitConfig,
  switchService,
} from '@sightline/api';
import { send, sendAll } from './mail/send.ts';
import { letters, TEST_MAIL } from './mail/write.ts';
import { visitor } from './visitor.ts';

export interface Login {
  name: string;
  password: string;
}

/** Told how far things are: one line a step, and a count within the long one. */
export interface Progress {
  step(number: number, text: string): void;
  count(done: number, of: number): void;
}

/** Sets a program up at its first start, or logs in. */
export async function enter(
  base: string,
  login: Login,
  setupToken: string | undefined,
  organisation: string,
): Promise<Visit> {
  const options = visitor(base);
  const call = client(options);
  if (setupToken) await call(setUp, { body: { token: setupToken, ...login, organisation } });
  else await call(logIn, { body: login });
  return { call, options };
}
export interface Visit {
  call: Call;
  options: ReturnType<typeof visitor>;
}

/** Steps 1 and 2: enable Threat Response, submit, commit, wait until a token can be entered. */
export async function enableCloud(
  console_: Call,
  progress: Progress,
  /** Response actions, and looking at messages. */
  allowed = false,
): Promise<Cloud> {
  let cloud = await console_(getCloud);
  if (!cloud.enabled) {
    const cloud = {
      enabled: true,
      server: 'AMERICAS',
      remoteResponse: allowed,
      remoteContent: allowed,
    };
    await console_(submitConfig, { body: { cloud } });
    await console_(commitConfig, { body: { comment: 'Enable Threat Response' } });
    const also = allowed ? ', response actions and looking at messages' : '';
    progress.step(1, `Enabled Threat Response${also} on the appliance, submitted and committed`);
  }
  cloud = await until(
    console_,
    (c) => c.state === 'ready' || c.state === 'registered' || c.state === 'failed',
  );
  progress.step(
    2,
    `Cloud Service Settings: ${cloud.state === 'registered' ? 'registered' : 'ready for a token'}`,
  );
  return cloud;
}

/** Steps 3 to 5: switch the service on, make a token, register, see the device. */
export async function register(portal: Call, console_: Call, progress: Progress): Promise<void> {
  const { services } = await portal(listServices);
  if (!services[0]?.enabled) {
    await portal(switchService, { params: { id: 'threat-response' }, body: { enabled: true } });
  }
  if ((await console_(getCloud)).state !== 'registered') {
    const { tokens } = await portal(addDevices, { body: { count: 1, expiryHours: 1 } });
    progress.step(3, 'Switched Threat Response on in the exchange and generated a registration token');
    await console_(registerCloud, { body: { token: tokens[0]?.token ?? '' } });
    const cloud = await until(console_, (c) => c.state === 'registered' || c.state === 'failed');
    if (cloud.state === 'failed') throw new Error(`The appliance was not registered: ${cloud.status}`);
    progress.step(4, 'Registered the appliance with the token');
  }
  const { name, type, version } = await listed(portal);
  progress.step(5, `The exchange lists ${name}, ${type} ${version}`);
}

/** The appliance in the exchange's list, once it has connected with its new key. */
async function listed(portal: Call): Promise<{ name: string; type: string; version: string }> {
  for (let i = 0; i < 100; i++) {
    const { devices } = await portal(listDevices, { query: {} });
    const device = devices.find((d) => d.status === 'registered');
    if (device) return device;
    await pause(200);
  }
  throw new Error('The exchange does not list the appliance as registered.');
}

/** Step 6: the module that asks the registered device. */
export async function addEmailModule(portal: Call, progress: Progress): Promise<void> {
  const { modules } = await portal(listModules);
  if (modules.length > 0) return;
  const { types } = await portal(listModuleTypes);
  const type = types.find((t) => t.title === 'Email Security Appliance');
  const { devices } = await portal(listModuleDevices);
  if (!type || !devices[0]) throw new Error('There is no registered device to add a module for.');
  await portal(addModule, {
    body: { name: 'esa03', module_type_id: type.id, settings: { device: devices[0].id, timeframe_days: 30 } },
  });
  progress.step(6, 'Added the module "esa03" for the device, request timeframe 30 days');
}

/** Step 7: a test mail and a day's worth of others through the gateway; the test mail found in tracking. */
export async function sendMail(
  smtp: { host: string; port: number },
  console_: Call,
  progress: Progress,
  seed: number,
): Promise<void> {
  const test = await send(TEST_MAIL, smtp);
  if (!test.accepted) throw new Error(`The gateway did not take the test mail: ${test.reply}`);
  const found = await trackedSoon(console_, TEST_MAIL.subject);
  progress.step(7, `A test mail passed the gateway; Message Tracking shows MID ${found}`);
  const all = letters(seed);
  await sendAll(all, smtp, { onSent: (_, done) => progress.count(done, all.length) });
}

async function trackedSoon(console_: Call, subject: string): Promise<number> {
  for (let i = 0; i < 50; i++) {
    const now = Date.now();
    const body = {
      range: { from: now - 3_600_000, to: now + 60_000 },
      subject: { op: 'is' as const, value: subject },
    };
    const { rows } = await console_(searchTracking, { body });
    if (rows[0]) return rows[0].mid;
    await pause(200);
  }
  throw new Error(`Message Tracking does not find the subject "${subject}".`);
}

/** Step 8: investigate the subject; answers with what the modules found. */
export async function look(portal: Visit, content: string, progress: Progress): Promise<InvestigationLine[]> {
  const all: InvestigationLine[] = [];
  for await (const line of lines(portal.options, investigate, { body: { content } })) all.push(line);
  const sightings = all.flatMap((l) => (l.type === 'module' ? (l.data.sightings?.docs ?? []) : []));
  const targets = new Set(
    sightings.flatMap((s) => s.targets?.flatMap((t) => t.observables.map((o) => o.value)) ?? []),
  );
  progress.step(
    8,
    `Investigated ${content}: ${plural(targets.size, 'target')}, ${plural(sightings.length, 'sighting')}`,
  );
  return all;
}

const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

async function until(console_: Call, done: (cloud: Cloud) => boolean): Promise<Cloud> {
  for (let i = 0; i < 150; i++) {
    const cloud = await console_(getCloud);
    if (done(cloud)) return cloud;
    await pause(200);
  }
  const { status } = await console_(getCloud);
  throw new Error(`Cloud Service Settings did not change for 30 seconds: ${status}`);
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
