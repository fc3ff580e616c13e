/** For tests: a hub that has been set up, and an appliance's end of the wire written from the contract alone. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addDevices,
  type Call,
  client,
  type DeviceFacts,
  type DeviceFrame,
  enrol,
  getNonce,
  type HubFrame,
  LINK_PATH,
  PROTOCOL,
  type PublicKey,
  Question,
  SUBPROTOCOL,
  setUp,
  switchService,
} from '@sightline/api';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { pino } from 'pino';
import { inject } from 'vitest';
import { WebSocket } from 'ws';
import { app, type Hub } from './app.ts';
import { type OpenDb, openSqlite } from './db.ts';
import type { HubOptions } from './mount/base.ts';
import { freshSchema } from './postgres.fixture.ts';
import { openPostgres } from './postgres.ts';

export const PASSWORD = 'correct horse battery staple';

/** An empty database of the engine that this run is about. */
export async function testDatabase(): Promise<OpenDb> {
  const server = inject('postgres');
  return server ? openPostgres({ url: await freshSchema(server) }) : openSqlite(':memory:');
}

/** By data folder, so that a hub that starts again finds what it left. */
const databases = new Map<string, Promise<string>>();

function databaseOf(dir: string): Promise<string> | undefined {
  const server = inject('postgres');
  if (server && !databases.has(dir)) databases.set(dir, freshSchema(server));
  return databases.get(dir);
}

export interface TestHub {
  hub: Hub;
  url: string;
  dir: string;
  /** Calls as the first administrator. */
  admin: Call;
  cookie: string;
  /** Calls as nobody. */
  call: Call;
  close: () => Promise<void>;
}

/** A hub on a free port with an administrator `ada` and Threat Response on; in-process with a `publicUrl`. */
export async function openHub(options: Partial<HubOptions> & { service?: boolean } = {}): Promise<TestHub> {
  const dir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'hub-'));
  const { service = true, ...rest } = options;
  const listen = { host: '127.0.0.1', port: 0 };
  const log = pino({ level: 'silent' });
  const database = rest.database ?? (await databaseOf(dir));
  const hub = await app({ dataDir: dir, database, listen, region: 'AMERICAS', regions: [], log, ...rest });
  await hub.start();
  const { url } = hub;
  const send: typeof fetch = rest.publicUrl
    ? async (input, init) => hub.http.request(String(input), init)
    : fetch;
  const cookie = hub.setupToken ? await setUpAda(url, hub.setupToken, send) : '';
  const admin = client({ base: url, headers: { cookie }, fetch: send });
  if (service && cookie)
    await admin(switchService, { params: { id: 'threat-response' }, body: { enabled: true } });
  const close = async (): Promise<void> => {
    await hub.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  return { hub, url, dir, admin, cookie, call: client({ base: url, fetch: send }), close };
}

async function setUpAda(url: string, token: string, send: typeof fetch): Promise<string> {
  const body = JSON.stringify({ token, name: 'ada', password: PASSWORD, organisation: 'Example Ltd' });
  const headers = { 'content-type': 'application/json' };
  const res = await send(url + setUp.path, { method: 'POST', headers, body });
  return cookieOf(res);
}

export const cookieOf = (res: Response): string => (res.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

export const FACTS: DeviceFacts = {
  name: 'esa03.example.com',
  type: 'ESA',
  product: 'Sightline',
  version: '0.1.0',
  serial: '42AB-CD',
  ip: '127.0.0.1',
  connectorVersion: '1.0.0',
};

interface Claims {
  aud?: string;
  nonce?: string;
  expS?: number;
  alg?: string;
  /** The key that is to follow. */
  key?: string;
}

export interface Appliance {
  key: PublicKey;
  proof: (sub: string, claims?: Claims) => Promise<string>;
  /** Redeems a token. */
  enrol: (token: string, facts?: Partial<DeviceFacts>, claims?: Claims) => Promise<{ deviceId: string }>;
  connect: (
    deviceId: string,
    given?: { proof?: string; hello?: boolean; says?: Partial<Hello> },
  ) => Promise<Wire>;
}

type Hello = Extract<DeviceFrame, { type: 'hello' }>;
/** A hello of a program that has just started, unless `says` has it otherwise. */
export const helloFrame = (says: Partial<Hello> = {}): Hello => ({
  type: 'hello',
  protocol: PROTOCOL,
  facts: FACTS,
  session: crypto.randomUUID(),
  boot: crypto.randomUUID(),
  skewMs: 0,
  ...says,
});

/** The question inside a signed one, as a device that does not check signatures would read it. */
export function questionIn({ signed }: { signed: string }): Question {
  const { question } = JSON.parse(Buffer.from(signed.split('.')[1] ?? '', 'base64url').toString());
  return Question.parse(question);
}

/** An appliance with a key of its own at the exchange `url`. `now` in epoch milliseconds. */
export async function appliance(url: string, now: () => number = Date.now): Promise<Appliance> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x = '' } = await exportJWK(pair.publicKey);
  const key: PublicKey = { kty: 'OKP', crv: 'Ed25519', x };
  const call = client({ base: url });
  const boot = crypto.randomUUID();
  const proof = async (sub: string, claims: Claims = {}): Promise<string> => {
    const nonce = claims.nonce ?? (await call(getNonce)).nonce;
    return new SignJWT({ nonce, ...(claims.key ? { key: claims.key } : {}) })
      .setProtectedHeader({ alg: claims.alg ?? 'EdDSA' })
      .setSubject(sub)
      .setAudience(claims.aud ?? url)
      .setExpirationTime(Math.floor(now() / 1000) + (claims.expS ?? 60))
      .sign(pair.privateKey);
  };
  return {
    key,
    proof,
    enrol: async (token, facts = {}, claims = {}) =>
      call(enrol, {
        body: {
          token,
          key,
          facts: { ...FACTS, ...facts },
          proof: await proof(token.split('_')[2] ?? '', claims),
        },
      }),
    connect: async (deviceId, given = {}) => {
      const wire = await open(url, given.proof ?? (await proof(deviceId)));
      if (given.hello ?? true) {
        wire.send(helloFrame({ boot, ...given.says }));
        await wire.next('welcome');
      }
      return wire;
    },
  };
}

/** The appliance's end of one connection. */
export interface Wire {
  socket: WebSocket;
  send: (frame: DeviceFrame) => void;
  /** The next frame of this type, arrived already or later. */
  next: <T extends HubFrame['type']>(type: T) => Promise<Extract<HubFrame, { type: T }>>;
  /** Close code, once it has ended. */
  ended: Promise<number>;
}

/** Rejects with `status` and the body of the refusal when the exchange does not take the connection. */
export async function open(
  url: string,
  proof: string,
  given: { protocol?: string[]; origin?: string } = {},
): Promise<Wire> {
  const socket = new WebSocket(url.replace(/^http/, 'ws') + LINK_PATH, given.protocol ?? [SUBPROTOCOL], {
    headers: { authorization: `Bearer ${proof}` },
    ...(given.origin ? { origin: given.origin } : {}),
  });
  const frames: HubFrame[] = [];
  const waiting: { type: string; resolve: (frame: never) => void }[] = [];
  socket.on('message', (data) => {
    const frame = JSON.parse(data.toString()) as HubFrame;
    const at = waiting.findIndex((one) => one.type === frame.type);
    if (at < 0) frames.push(frame);
    else waiting.splice(at, 1)[0]?.resolve(frame as never);
  });
  const ended = once(socket, 'close').then(([code]) => code as number);
  ended.catch(() => {});
  await opened(socket);
  return {
    socket,
    send: (frame) => socket.send(JSON.stringify(frame)),
    next: async (type) => {
      const at = frames.findIndex((frame) => frame.type === type);
      if (at >= 0) return frames.splice(at, 1)[0] as never;
      return new Promise((resolve) => waiting.push({ type, resolve: resolve as (frame: never) => void }));
    },
    ended,
  };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('unexpected-response', (_, res) => {
      const parts: Buffer[] = [];
      res.on('data', (part: Buffer) => parts.push(part));
      res.on('end', () =>
        reject(Object.assign(JSON.parse(Buffer.concat(parts).toString()), { status: res.statusCode })),
      );
    });
    socket.on('error', reject);
  });
}

export const oneToken = async (admin: Call, expiryHours = 1): Promise<string> => {
  const { tokens } = await admin(addDevices, { body: { count: 1, expiryHours } });
  return tokens[0]?.token ?? '';
};

/** An appliance that has registered. */
export async function registered(at: TestHub): Promise<{ deviceId: string; esa: Appliance; token: string }> {
  const token = await oneToken(at.admin);
  const esa = await appliance(at.url);
  const { deviceId } = await esa.enrol(token);
  return { deviceId, esa, token };
}
