/** Investigation through a whole hub, with appliances at the other end of real connections. */
import {
  addApiClient,
  addModule,
  type HubFrame,
  type InvestigationLine,
  investigate,
  type Lookup,
  lines,
  messageDetails,
  type SCOPES,
  type TrackRow,
  testModule,
} from '@sightline/api';
import { Sighting } from '@sightline/ctim';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openHub, questionIn, registered, type TestHub, type Wire } from '../fixture.ts';
import { EMAIL_SECURITY_APPLIANCE } from '../module/types.ts';

const received = Date.UTC(2026, 10, 24, 12);
const row: TrackRow = {
  host: 'esa03.example.com',
  serial: '42AB-CD',
  mid: 8,
  icid: 3,
  dcids: [2],
  received,
  direction: 'incoming',
  sender: 'mgmt01@example.com',
  headerFrom: ['mgmt01@example.com'],
  replyTo: [],
  recipients: [{ rid: 0, address: 'user@example.org', state: 'delivered', at: received + 500, text: 'ok' }],
  subject: 'test test',
  messageId: 'm1@example.com',
  ip: '192.0.2.7',
  reverseDns: '',
  helo: 'mx',
  senderGroup: 'UNKNOWNLIST',
  tls: '',
  size: 500,
  attachments: [],
  urls: [],
  verdicts: [],
  parse: 'complete',
  state: 'delivered',
  lastState: 'Message 8 to user@example.org received remote SMTP response',
};

type Ask = Extract<HubFrame, { type: 'ask' }>;

/** Answers questions of the hub, each once it may: lookups of this row by its subject, and health. */
function serve(wire: Wire, mayAnswer: () => Promise<void>): void {
  const loop = async (): Promise<void> => {
    const asked = await wire.next('ask');
    void mayAnswer().then(() => wire.send({ type: 'answer', id: asked.id, body: bodyOf(asked) }));
    return loop();
  };
  void loop();
}

function bodyOf(asked: Ask): unknown {
  const question = questionIn(asked);
  if (question.verb === 'health') return { version: '0.1.0', uptimeS: 60, queued: 0, indexedUntil: received };
  if (question.verb === 'details')
    return {
      row,
      steps: [{ at: received, type: 'queued', text: 'Message 8 queued for delivery.', last: true }],
    };
  const { keys } = question.body as Lookup;
  const results = keys.map((key) => {
    const hit = key.key === 'subject' && key.value === row.subject;
    return { ...key, total: hit ? 1 : 0, rows: hit ? [row] : [] };
  });
  return { results, indexedUntil: received };
}

let at: TestHub;
let quick: { deviceId: string; wire: Wire };
let slow: { deviceId: string; wire: Wire };
let quickModule: string;
let slowModule: string;
/** When the slow appliance may answer. */
let slowMay: Promise<void>;
/** Questions that have come to it in this test. */
let slowAsked = 0;
/** Longer than the deadline of a module, after which a question is taken back in any case. */
const never = new Promise<void>(() => {});

async function connected(): Promise<{ deviceId: string; wire: Wire }> {
  const { deviceId, esa } = await registered(at);
  return { deviceId, wire: await esa.connect(deviceId) };
}
const added = async (name: string, device: string): Promise<string> =>
  (
    await at.admin(addModule, {
      body: { name, module_type_id: EMAIL_SECURITY_APPLIANCE.id, settings: { device } },
    })
  ).id;

beforeAll(async () => {
  at = await openHub();
  [quick, slow] = [await connected(), await connected()];
  serve(quick.wire, async () => {});
  serve(slow.wire, () => {
    slowAsked += 1;
    return slowMay;
  });
  [quickModule, slowModule] = [await added('quick', quick.deviceId), await added('slow', slow.deviceId)];
});
beforeEach(() => {
  slowMay = Promise.resolve();
  slowAsked = 0;
});
afterAll(async () => {
  quick.wire.socket.terminate();
  slow.wire.socket.terminate();
  await at.close();
});

const stream = (body: { content: string }, signal?: AbortSignal) =>
  lines({ base: at.url, headers: { cookie: at.cookie } }, investigate, { body }, signal);

describe("the portal's investigation", () => {
  it('shows the answer of one module while another is still working', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    slowMay = promise;
    const seen: InvestigationLine[] = [];
    for await (const line of stream({ content: 'email_subject:"test test"' })) {
      seen.push(line);
      if (line.type === 'module' && line.module.module === 'quick') resolve();
    }
    expect(seen.map((line) => (line.type === 'module' ? line.module.module : line.type))).toEqual([
      'start',
      'quick',
      'slow',
      'end',
    ]);
    expect(seen[0]).toMatchObject({ observables: [{ type: 'email_subject', value: 'test test' }] });
    const line = seen[1];
    if (line?.type !== 'module') throw new Error('no module line');
    expect(line).toMatchObject({ state: 'ok', errors: [] });
    const [sighting] = line.data.sightings?.docs ?? [];
    expect(Sighting.parse(sighting)).toMatchObject({
      source: 'quick',
      targets: [{ observables: [{ type: 'email', value: 'user@example.org' }] }],
      observables: [{ type: 'email_subject', value: 'test test' }],
      source_uri: `${at.url}/modules/${quickModule}/messages/8`,
    });
  });

  it('takes the question back from the appliances when the reader goes away', async () => {
    slowMay = never;
    const reader = new AbortController();
    const names: string[] = [];
    const reading = (async () => {
      for await (const line of stream({ content: 'email_subject:"test test"' }, reader.signal)) {
        if (line.type !== 'module') continue;
        names.push(line.module.module);
        await expect.poll(() => slowAsked).toBe(1);
        reader.abort();
      }
    })();
    await expect(reading).rejects.toThrow();
    await slow.wire.next('cancel');
    expect(names).toEqual(['quick']);
  }, 8000);

  it('says what to enter, and that a text can hold too much', async () => {
    const problem = (content: string) =>
      stream({ content })
        .next()
        .then(
          () => [],
          (fault) => fault.fields,
        );
    expect(await problem('  ')).toEqual([{ path: 'content', message: 'Enter what to look for.' }]);
    const many = Array.from({ length: 501 }, (_, i) => `10.0.${i >> 8}.${i & 255}`).join(' ');
    expect(await problem(many)).toEqual([
      { path: 'content', message: 'The text holds 501 observables. Choose at most 500 of them.' },
    ]);
  });

  it('shows the message behind a MID, with every step of its processing', async () => {
    const details = await at.admin(messageDetails, { params: { id: quickModule, mid: 8 } });
    expect(details.row).toEqual(row);
    expect(details.steps.map((step) => step.text)).toEqual(['Message 8 queued for delivery.']);
    const other = { id: '00000000-0000-4000-8000-000000000000', mid: 8 };
    await expect(at.admin(messageDetails, { params: other })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('tests a module all the way to its appliance', async () => {
    expect(await at.admin(testModule, { params: { id: quickModule } })).toMatchObject({
      status: 'ok',
      text: expect.stringMatching(/^esa03.example.com answers: version 0\.1\.0/),
    });
  });
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at as a foreign client would
type Answered = { status: number; body: any };

/** A program with these scopes that knows CTR's calls and nothing of ours. */
async function program(...scopes: (typeof SCOPES)[number][]) {
  const { client, password } = await at.admin(addApiClient, { body: { name: scopes.join(), scopes } });
  const res = await fetch(`${at.url}/iroh/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${client.id}:${password}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: 'grant_type=client_credentials',
  });
  const { access_token } = (await res.json()) as { access_token: string };
  return async (method: string, path: string, body?: unknown): Promise<Answered> => {
    const answer = await fetch(at.url + path, {
      method,
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
}

describe("CTR's calls", () => {
  const subject = { type: 'email_subject', value: 'test test' };
  const entry = (id: string, name: string) => ({
    module: name,
    module_instance_id: id,
    module_type_id: EMAIL_SECURITY_APPLIANCE.id,
    'module-type': 'EmailSecurityApplianceModule',
  });

  it('inspects a text and observes what was in it', async () => {
    const call = await program('inspect:read', 'enrich:read');
    const inspected = await call('POST', '/iroh/iroh-inspect/inspect', {
      content: "('email_subject:\"test test\"', 'cisco.com')",
    });
    expect(inspected).toEqual({ status: 200, body: [subject, { type: 'domain', value: 'cisco.com' }] });
    const observed = await call('POST', '/iroh/iroh-enrich/observe/observables', inspected.body);
    expect(observed.status).toBe(200);
    expect(Object.keys(observed.body)).toEqual(['data']);
    const sightings = {
      count: 1,
      docs: [expect.objectContaining({ type: 'sighting', observables: [subject] })],
    };
    expect(observed.body.data).toEqual([
      { ...entry(quickModule, 'quick'), data: { sightings } },
      { ...entry(slowModule, 'slow'), data: { sightings } },
    ]);
  });

  it('asks only the modules named, and takes types in upper case and keys of other makers', async () => {
    const call = await program('enrich:read');
    const asked = [{ type: 'EMAIL_SUBJECT', value: 'test test', confidence: 1 }];
    const path = `/iroh/iroh-enrich/observe/observables?mids=${quickModule}`;
    const { body } = await call('POST', path, asked);
    expect(body.data).toMatchObject([{ module: 'quick', data: { sightings: { count: 1 } } }]);
    const nothing = await call('POST', path, [{ type: 'mutex', value: 'x' }]);
    expect(nothing.body).toEqual({ data: [{ ...entry(quickModule, 'quick'), data: {} }] });
  });

  it('names types that are none of CTIM, with those that are', async () => {
    const call = await program('enrich:read');
    const { status, body } = await call('POST', '/iroh/iroh-enrich/observe/observables', [
      { type: 'sha512', value: 'x' },
    ]);
    expect(status).toBe(400);
    expect(body.fields[0].path).toBe('0.type');
    expect(body.fields[0].message).toContain('"sha256"');
    expect(body['0.type']).toBe(body.fields[0].message);
    const inspecting = await program('inspect:read');
    const { body: empty } = await inspecting('POST', '/iroh/iroh-inspect/inspect', {});
    expect(empty).toMatchObject({ error: 'invalid_input', content: expect.stringContaining('string') });
  });

  it('deliberates without bothering appliances, which have no verdicts', async () => {
    slowMay = never;
    const call = await program('enrich:read');
    const { body } = await call('POST', '/iroh/iroh-enrich/deliberate/observables', [subject]);
    expect(body).toEqual({
      data: [
        { ...entry(quickModule, 'quick'), data: {} },
        { ...entry(slowModule, 'slow'), data: {} },
      ],
    });
  });

  it('answers refer, settings and health', async () => {
    const call = await program('enrich:read', 'integration:read');
    expect((await call('POST', '/iroh/iroh-enrich/refer/observables', [subject])).body).toEqual({ data: [] });
    expect(await call('GET', '/iroh/iroh-enrich/settings')).toEqual({ status: 200, body: {} });
    const all = await call('POST', '/iroh/iroh-enrich/health');
    expect(all.body.data.map((d: { data: { status: string } }) => d.data.status)).toEqual(['ok', 'ok']);
    const one = await call('POST', `/iroh/iroh-enrich/health/${quickModule}`);
    expect(one.body.data).toMatchObject({ module: 'quick', data: { status: 'ok' } });
    expect(await call('POST', `/iroh/iroh-enrich/health/${crypto.randomUUID()}`)).toMatchObject({
      status: 404,
      body: { error: 'module_instance_not_found' },
    });
  });

  it('takes the question back when the program goes away', async () => {
    slowMay = never;
    const reader = new AbortController();
    const path = '/iroh/iroh-enrich/observe/observables';
    const headers = { cookie: at.cookie, 'content-type': 'application/json' };
    const body = JSON.stringify([subject]);
    const asked = fetch(at.url + path, { method: 'POST', headers, body, signal: reader.signal });
    const gone = expect(asked).rejects.toThrow();
    await expect.poll(() => slowAsked).toBe(1);
    reader.abort();
    await gone;
    await slow.wire.next('cancel');
  }, 8000);

  it('refuses a call beyond the scopes, and one without a token', async () => {
    const call = await program('inspect:read');
    const beyond = await call('POST', '/iroh/iroh-enrich/observe/observables', [subject]);
    expect(beyond.status).toBe(403);
    expect(beyond.body['missing-scopes']).toEqual(['enrich/observables/observe:read']);
    const res = await fetch(`${at.url}/iroh/iroh-inspect/inspect`, {
      method: 'POST',
      body: '{"content":"x"}',
    });
    expect(res.status).toBe(401);
    expect(await res.json()).toEqual({
      error: 'invalid_request',
      error_description: 'No JWT found in HTTP Authorization header',
    });
  });

  it('shows an appliance that is away as an error beside the answers of the others', async () => {
    const { deviceId, wire } = await connected();
    const id = await added('away', deviceId);
    wire.socket.close();
    await wire.ended;
    const call = await program('enrich:read');
    const { body } = await call('POST', '/iroh/iroh-enrich/observe/observables', [subject]);
    expect(body.data.map((d: { module: string }) => d.module).sort()).toEqual(['quick', 'slow']);
    const { 'module-type': _, ...ref } = entry(id, 'away');
    expect(body.errors).toEqual([
      { ...ref, code: 'device-offline', type: 'error', message: expect.stringContaining('is offline since') },
    ]);
  });

  it('observes what a sighting holds, its own or one of the intelligence store, also line by line', async () => {
    const call = await program('enrich:read', 'private-intel');
    const sighting = {
      type: 'sighting',
      observed_time: { start_time: '2026-11-24T12:00:00.000Z' },
      confidence: 'High',
      count: 1,
      observables: [subject],
    };
    const path = `/iroh/iroh-enrich/observe/sighting?mids=${quickModule}`;
    expect((await call('POST', path, sighting)).body.data).toMatchObject([
      { data: { sightings: { count: 1 } } },
    ]);
    const kept = await call('POST', '/ctia/sighting', sighting);
    expect(kept.status).toBe(201);
    const byRef = path.replace('/sighting?', '/sighting_ref?');
    expect((await call('POST', byRef, kept.body.id)).body.data).toMatchObject([
      { data: { sightings: { count: 1 } } },
    ]);
    expect((await call('POST', byRef, `sighting-${crypto.randomUUID()}`)).status).toBe(404);
    const streamed = await fetch(`${at.url}/iroh/iroh-enrich/observe/observables?mids=${quickModule}`, {
      method: 'POST',
      headers: { cookie: at.cookie, 'content-type': 'application/json', accept: 'application/x-ndjson' },
      body: JSON.stringify([subject]),
    });
    const types = (await streamed.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    expect(types).toEqual(['start', 'module', 'end']);
  });
});
