/** A small exchange for tests: the connector's whole protocol over real sockets on loopback, without a database. */
import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import {
  type DeviceFacts,
  DeviceFrame,
  deregister,
  enrol,
  Fault,
  fail,
  getNonce,
  type HubFrame,
  type HubKey,
  LINK_PATH,
  ORDER_TYPE,
  type Order,
  type PublicKey,
  type QuestionInput,
  rotate,
  SUBPROTOCOL,
  TOKEN_PATTERN,
} from '@sightline/api';
import { httpApp, mounter } from '@sightline/api/http';
import { importJWK, jwtVerify } from 'jose';
import { type WebSocket, WebSocketServer } from 'ws';

export const ORGANISATION = 'Example Trading';

export interface TestHub {
  url: string;
  /** A token that enrols one device. */
  token(region?: string): string;
  /** The next requests of that kind fail so. */
  refuse: { enrol?: Fault; link?: Fault; nonce?: Fault };
  /** Answers to enrolment get lost that many more times. */
  loseAnswers: number;
  /** The hub's clock minus the real one, ms. */
  skew: number;
  devices: Map<string, { key: PublicKey; facts: DeviceFacts }>;
  /** Connections that were welcomed. */
  welcomes: number;
  /** By which questions are signed. */
  key: HubKey & { private: KeyObject };
  /** Of the connection that is open now. */
  session: string;
  /** Number of the last question. */
  seq: number;
  /** Changes a question before it is signed. */
  forge: (order: Order) => Order;
  /** Link that is open now; waits for one. */
  socket(): Promise<WebSocket>;
  ask(question: QuestionInput, deadlineMs?: number): Promise<DeviceFrame>;
  send(frame: HubFrame): Promise<void>;
  /** Frames from the device that are no answers to `ask`. */
  frames: DeviceFrame[];
  stop(): Promise<void>;
}

interface State extends Omit<TestHub, 'stop' | 'ask' | 'send' | 'socket' | 'token'> {
  nonces: Set<string>;
  tokens: Map<string, string | undefined>;
  open: WebSocket | undefined;
  waiting: Map<string, (frame: DeviceFrame) => void>;
}

export async function openTestHub(port = 0, region = 'americas'): Promise<TestHub> {
  const state: State = {
    url: '',
    refuse: {},
    loseAnswers: 0,
    skew: 0,
    devices: new Map(),
    welcomes: 0,
    key: hubKey(),
    session: '',
    seq: 0,
    forge: (order) => order,
    frames: [],
    nonces: new Set(),
    tokens: new Map(),
    open: undefined,
    waiting: new Map(),
  };
  const server = createAdaptorServer({ fetch: web(state, region).fetch }) as Server;
  const sockets = upgrades(server, state);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(state, {
    token: (of = region) => makeToken(state, of),
    socket: () => opened(state),
    send: async (frame: HubFrame) => (await opened(state)).send(JSON.stringify(frame)),
    ask: (question: QuestionInput, deadlineMs = 5000) => ask(state, question, deadlineMs),
    stop: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

function makeToken(state: State, region: string): string {
  const id = randomBytes(5).toString('hex');
  state.tokens.set(id, undefined);
  return `slt1_${region}_${id}_${randomBytes(32).toString('base64url')}_00000000`;
}

function web(state: State, region: string) {
  const app = httpApp((error) => {
    throw error;
  });
  const on = mounter(app, () => undefined);
  on(getNonce, () => {
    if (state.refuse.nonce) throw state.refuse.nonce;
    const nonce = randomUUID();
    state.nonces.add(nonce);
    return { nonce, now: Date.now() + state.skew, region };
  });
  on(enrol, async ({ body }) => {
    if (state.refuse.enrol) throw state.refuse.enrol;
    const tokenId = TOKEN_PATTERN.exec(body.token)?.[2] ?? '';
    await check(state, body.proof, body.key, tokenId);
    if (!state.tokens.has(tokenId)) throw fail('token_invalid');
    const known = state.tokens.get(tokenId);
    if (known && state.devices.get(known)?.key.x !== body.key.x) throw fail('token_invalid');
    const deviceId = known ?? randomUUID();
    state.tokens.set(tokenId, deviceId);
    state.devices.set(deviceId, { key: body.key, facts: body.facts });
    if (state.loseAnswers-- > 0) return new Response(null, { status: 502 });
    const { kid, x } = state.key;
    return { deviceId, organisation: ORGANISATION, region, hubKeys: [{ kid, x }], pins: [] };
  });
  on(rotate, async ({ body }) => {
    const device = state.devices.get(await deviceOf(state, body.proof));
    if (device) device.key = body.key;
    return { oldKeyUntil: Date.now() + 86_400_000 };
  });
  on(deregister, async ({ body }) => {
    state.devices.delete(await deviceOf(state, body.proof));
    return undefined;
  });
  return app;
}

/** The device that a proof is of; throws as the exchange does. */
async function deviceOf(state: State, proof: string): Promise<string> {
  const claims = JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString());
  const device = state.devices.get(claims.sub);
  if (!device) throw fail('device_revoked');
  await check(state, proof, device.key, claims.sub);
  return claims.sub;
}

async function check(state: State, proof: string, key: PublicKey, subject: string): Promise<void> {
  const { payload } = await jwtVerify(proof, await importJWK(key, 'EdDSA'), {
    algorithms: ['EdDSA'],
    audience: state.url,
    subject,
    currentDate: new Date(Date.now() + state.skew),
    requiredClaims: ['exp', 'iat', 'jti', 'nonce'],
  });
  if ((payload.exp ?? 0) - (payload.iat ?? 0) > 60) throw fail('bad_proof', { reason: 'too long' });
  if (!state.nonces.delete(String(payload.nonce))) throw fail('bad_proof', { reason: 'used nonce' });
}

function upgrades(server: Server, state: State): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  });
  server.on('upgrade', async (req, socket, head) => {
    try {
      if (req.url !== LINK_PATH || req.headers['sec-websocket-protocol'] !== SUBPROTOCOL)
        throw fail('not_found', { what: 'such address' });
      if (state.refuse.link) throw state.refuse.link;
      const deviceId = await deviceOf(state, (req.headers.authorization ?? '').replace(/^Bearer /, ''));
      sockets.handleUpgrade(req, socket, head, (ws) => converse(ws, state, deviceId));
    } catch (error) {
      const body = JSON.stringify(
        (error instanceof Fault ? error : fail('bad_proof', { reason: String(error) })).body(),
      );
      socket.end(`HTTP/1.1 401 Refused\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    }
  });
  return sockets;
}

function converse(ws: WebSocket, state: State, deviceId: string): void {
  ws.on('message', (data) => {
    const frame = DeviceFrame.parse(JSON.parse(data.toString()));
    if (frame.type === 'hello') {
      const welcome = { type: 'welcome', deviceId, organisation: ORGANISATION, serviceEnabled: true };
      ws.send(JSON.stringify(welcome));
      state.open = ws;
      state.session = frame.session;
      state.seq = 0;
      state.welcomes++;
    } else if (frame.type === 'part') joined(state, frame);
    else if (state.waiting.has(frame.id)) state.waiting.get(frame.id)?.(frame);
    else state.frames.push(frame);
  });
  ws.on('close', () => {
    if (state.open === ws) state.open = undefined;
  });
}

async function opened(state: State): Promise<WebSocket> {
  for (let i = 0; i < 500 && !state.open; i++) await new Promise((done) => setTimeout(done, 10));
  if (!state.open) throw new Error('the appliance does not connect');
  return state.open;
}

async function ask(state: State, question: QuestionInput, deadlineMs: number): Promise<DeviceFrame> {
  const socket = await opened(state);
  const id = randomUUID();
  return new Promise((resolve) => {
    state.waiting.set(id, resolve);
    socket.send(JSON.stringify({ type: 'ask', id, signed: signedAsk(state, id, question, deadlineMs) }));
  });
}

/** A question as the exchange signs it for the device that is connected. */
export function signedAsk(state: Signer, id: string, question: unknown, deadlineMs: number): string {
  const [aud = ''] = state.devices.keys();
  state.seq += 1;
  const exp = Math.ceil((Date.now() + state.skew + deadlineMs) / 1000) + 30;
  const { session, seq } = state;
  const order = state.forge({ aud, jti: id, session, seq, exp, deadlineMs, question });
  return jws({ alg: 'EdDSA', typ: ORDER_TYPE, kid: state.key.kid }, order, state.key.private);
}
type Signer = Pick<TestHub, 'devices' | 'seq' | 'skew' | 'session' | 'forge' | 'key'>;

export function jws(header: unknown, payload: unknown, key: KeyObject): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
}

export function hubKey(): HubKey & { private: KeyObject } {
  const pair = generateKeyPairSync('ed25519');
  const { x = '' } = pair.publicKey.export({ format: 'jwk' });
  return { kid: randomBytes(32).toString('base64url'), x, private: pair.privateKey };
}

const parts = new Map<string, string>();
/** Puts an answer in parts together, as if it had come in one. */
function joined(state: State, part: Extract<DeviceFrame, { type: 'part' }>): void {
  const text = (parts.get(part.id) ?? '') + part.text;
  parts.set(part.id, text);
  if (part.last) state.waiting.get(part.id)?.({ type: 'answer', id: part.id, body: JSON.parse(text) });
}
