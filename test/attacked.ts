/** The whole system filled with hostile strings by the ways that attackers have: mail, modules that lie, and the API. */
import {
  addModule,
  addToList,
  type Call,
  commitConfig,
  editDevice,
  listDevices,
  listModuleTypes,
  searchTracking,
  submitConfig,
} from '@sightline/api';
import { addEmailModule, enableCloud, enter, register } from '@sightline/demo/steps';
import { createTransport } from 'nodemailer';
import { CONSOLE_SHOTS } from './consoleshots.ts';
import { fitting, PAYLOADS } from './payloads.ts';
import { furnishPortal, type Made, PORTAL_SHOTS, type Shot } from './portalshots.ts';
import { LOGIN, ORGANISATION, type System } from './system.ts';

/** Asked about by the investigation; every hostile mail is sent from here. */
export const SENDER = 'attacker@evil.example';
const QUIET = { step() {}, count() {} };

/** The pages that need something else than the sample mail, with that. */
const OTHERWISE: Record<string, string> = {
  investigate: `/investigate?q=${encodeURIComponent(`email:"${SENDER}"`)}`,
  'message-card': '/modules/{module}/messages/1',
  'quarantined-message': '/quarantines/1',
};

export const ATTACKED: Shot[] = [...PORTAL_SHOTS, ...CONSOLE_SHOTS].map((shot) => ({
  ...shot,
  path: OTHERWISE[shot.name] ?? shot.path,
}));

export async function attack(system: System, relay: string): Promise<Made> {
  const { world } = system;
  const esa = await enter(world.console.url, LOGIN, world.console.setupToken, ORGANISATION);
  const portal = await enter(world.hubs.AMERICAS.url, LOGIN, world.hubs.AMERICAS.setupToken, fitting(120, 3));
  await enableCloud(esa.call, QUIET);
  await register(portal.call, esa.call, QUIET);
  await addEmailModule(portal.call, QUIET);
  await blockSender(esa.call);
  await mailAll(system);
  await until(async () => (await tracked(esa.call)) >= PAYLOADS.length);
  await nameThings(portal.call, relay);
  let turn = 0;
  return furnishPortal(system, (field) => fitting(ROOM[field] ?? 1000, 3 * turn++));
}

/** Characters that a field takes, where that is few. */
const ROOM: Record<string, number> = { client: 60, snapshot: 190, description: 1000, note: 4000 };

async function blockSender(call: Call): Promise<void> {
  const items = [{ kind: 'sender', value: SENDER }];
  await call(addToList, { body: { list: 'block', items, reason: fitting(400, 0), hours: 72 } as never });
  const filters = PAYLOADS.slice(0, 8).map((payload, i) => ({
    name: `Filter ${i}`,
    description: payload,
    conditions: [{ on: 'header', name: 'X-Seen', op: 'contains', value: payload }],
    actions: [{ do: 'log', text: payload.replace(/[^ -~]/g, '') }],
  }));
  const verdicts = { blocklist: { do: 'quarantine', quarantine: 'Policy' } };
  await call(submitConfig, {
    body: {
      filters: { incoming: [...filters, everyCondition()] },
      policies: { incoming: { ordered: [everyVerdict()], default: { verdicts } } },
    } as never,
  });
  await call(commitConfig, { body: { comment: fitting(400, 5) } });
}

/** One line, as the fields that are written into messages take it. */
const line = (from: number, length: number): string => fitting(length, from).replace(/\p{Cc}/gu, '');
/** For names of headers and parts of addresses. */
const word = (PAYLOADS[2] ?? '').replace(/[\s:]/g, '');
const TEXTS = ['subject', 'body', 'sender', 'recipient', 'attachment name', 'attachment type', 'url'];

/** A filter that is off, with hostile strings in whatever a condition or an action takes. */
const everyCondition = () => ({
  name: 'Board is external',
  description: fitting(200, 1),
  enabled: false,
  conditions: [
    ...TEXTS.map((on, i) => ({ on, op: 'contains', value: fitting(900, 2 * i) })),
    { on: 'header', name: word, op: 'is', value: fitting(900, 20) },
    { on: 'dmarc', results: ['<b>hit(1)</b>'] },
  ],
  actions: [
    { do: 'reject', text: line(3, 200) },
    { do: 'strip attachments', name: fitting(200, 5), type: fitting(100, 7) },
    { do: 'add header', name: word, value: line(9, 900) },
    { do: 'tag subject', prefix: line(11, 60) },
    { do: 'notify', address: "{{'hit(2)'}}@evil.example", text: line(13, 900) },
    { do: 'route', host: fitting(250, 15) },
    { do: 'log', text: line(17, 900) },
  ],
});

/** A policy for nobody, with hostile strings in whatever it takes. */
const everyVerdict = () => ({
  name: 'Finance',
  senders: ["{{'hit(3)'}}@evil.example", 'javascript:hit(4)'],
  recipients: ["'onx='hit(5)'@evil.example"],
  verdicts: Object.fromEntries(
    ['spam', 'suspect', 'virus', 'unscannable', 'spf', 'dkim', 'dmarc', 'mime', 'file'].map((verdict, i) => [
      verdict,
      { do: 'deliver', tag: line(3 * i, 60), header: { name: word, value: line(3 * i + 1, 900) } },
    ]),
  ),
});

/** One mail for each payload, which stands in everything that a mail consists of. */
async function mailAll({ world }: System): Promise<void> {
  const transport = createTransport({
    ...world.smtp,
    ignoreTLS: true,
    localAddress: '127.0.0.77',
    pool: true,
  });
  for (const [i, payload] of PAYLOADS.entries())
    await transport.sendMail({
      envelope: { from: SENDER, to: [`person${i}@example.com`] },
      from: { name: payload, address: SENDER },
      to: { name: payload, address: `person${i}@example.com` },
      replyTo: { name: payload, address: 'reply@evil.example' },
      subject: payload,
      headers: { 'X-Hostile': payload },
      text: payload,
      html: `<p>${payload}</p><a href="https://evil.example/${encodeURI(payload)}">${payload}</a>`,
      attachments: [{ filename: payload, content: payload }],
    });
  transport.close();
}

async function tracked(call: Call): Promise<number> {
  const range = { from: Date.now() - 3_600_000, to: Date.now() + 60_000 };
  return (await call(searchTracking, { body: { range } })).rows.length;
}

async function nameThings(call: Call, relay: string): Promise<void> {
  const { devices } = await call(listDevices, { query: {} });
  for (const { id } of devices)
    await call(editDevice, {
      params: { id },
      body: { name: fitting(250, 0), description: fitting(2000, 7) },
    });
  const { types } = await call(listModuleTypes);
  const type = types.find((one) => one.title === 'Generic Relay');
  await call(addModule, {
    body: {
      name: fitting(120, 3),
      module_type_id: type?.id ?? '',
      settings: { url: relay, 'auth-type': 'none' },
    },
  });
}

/** What a relay answers that is out to harm: well formed, every word of it hostile. */
export function lie(path: string, asked: string): unknown {
  if (path.startsWith('/health')) return { data: { status: 'ok' } };
  const [first] = JSON.parse(asked) as { type: string; value: string }[];
  if (!first || !path.startsWith('/observe')) return { data: {} };
  const list = (docs: unknown[]) => ({ count: docs.length, docs });
  const time = { start_time: new Date().toISOString() };
  const base = { schema_version: '1.3.29', source: fitting(1000, 2) };
  const sightings = PAYLOADS.map((payload, i) => ({
    ...base,
    type: 'sighting',
    id: `transient:sighting-${i}`,
    title: payload,
    description: payload,
    source_uri: `javascript:hit(${i + 1})`,
    confidence: 'High',
    count: 1,
    sensor: payload,
    observed_time: time,
    observables: [first],
    targets: [{ type: payload, observables: [{ type: 'hostname', value: payload }], observed_time: time }],
    relations: [
      {
        origin: payload,
        relation: 'Sent_From',
        source: first,
        related: { type: 'file_name', value: payload },
      },
    ],
  }));
  const judgements = PAYLOADS.map((payload, i) => ({
    ...base,
    type: 'judgement',
    id: `transient:judgement-${i}`,
    observable: first,
    disposition: 2,
    disposition_name: 'Malicious',
    priority: 90,
    confidence: 'High',
    severity: 'High',
    reason: payload,
    reason_uri: `javascript:hit(${i + 1})`,
    valid_time: time,
  }));
  return {
    data: { sightings: list(sightings), judgements: list(judgements) },
    errors: [{ code: PAYLOADS[0], message: fitting(2000, 0), type: 'warning' }],
  };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 300 && !(await holds()); i++) await new Promise((done) => setTimeout(done, 100));
}
