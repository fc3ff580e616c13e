/** The WebSocket that appliances keep open to this exchange: who may connect, and which connection counts. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CLOSE,
  Fault,
  fail,
  HEARTBEAT_S,
  type HubFrame,
  LINK_PATH,
  MAX_FRAME,
  SUBPROTOCOL,
} from '@sightline/api';
import type { Quota } from '@sightline/api/web/quota';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { bucket } from './bucket.ts';
import { type Connection, connection, type Events, type Hello, type Reply } from './connection.ts';
import type { Line } from './line.ts';
import type { DeviceRow } from './store.ts';
import { type Swaps, swaps } from './swaps.ts';

/** How a connection came to be, or ended. */
export type Turn = 'connected' | 'replaced' | 'conflict' | 'disconnected';

export interface LinkDeps {
  /** The device that this proof is of; throws when it is not good or the device may not connect. */
  prove: (proof: string) => Promise<DeviceRow>;
  /** Notes what a device says of itself; undefined when it was removed in the meantime or is in conflict. */
  connected: (deviceId: string, hello: Hello, peer: string) => Promise<DeviceRow | undefined>;
  welcome: (device: DeviceRow) => Promise<HubFrame>;
  replied: (line: Line, frame: Reply) => boolean;
  gone: (line: Line) => void;
  /** Writes down what the connections have learned. */
  keepSeen: (all: readonly Pick<Line, 'deviceId' | 'seen'>[]) => Promise<void>;
  /** Writes down a turn of a connection; that of a conflict shuts the device out. */
  note: (one: Connection, turn: Turn) => Promise<void>;
  /** A connection was refused because of its proof. */
  refused: (proof: string, fault: Fault, peer: string) => Promise<void>;
  /** Devices that were removed or fell into conflict since then, whichever hub did it. */
  shutOut: (since: number) => Promise<{ id: string; removed: number | null }[]>;
  /** Refused connections per address. */
  refusals: Quota;
  /** Address that a request came from. */
  peer: (req: IncomingMessage) => string;
  clock: () => number;
  log: Logger;
  heartbeatMs?: number | undefined;
  /** Handshakes a second; the others are told when to come back. */
  handshakesPerS?: number | undefined;
}

export interface Link {
  upgrade: (req: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** The open connection of a device. */
  line: (deviceId: string) => Line | undefined;
  /** Live connections. */
  count: () => number;
  /** Ends the connection of a removed device at once. */
  cut: (deviceId: string) => void;
  /** Tells every connected device of an organisation. */
  tell: (orgId: string, frame: (deviceId: string) => HubFrame) => void;
  /** Whether the device answers a ping within `ms`; one that does not loses its connection. */
  probe: (deviceId: string, ms: number) => Promise<void>;
  stop: () => Promise<void>;
}

const HANDSHAKE_MS = 10_000;
const HANDSHAKES_MAX = 200;
const HANDSHAKES_PER_S = 200;
/** What a hub that stops takes for each of its devices, at most ten seconds in all. */
const DRAIN_MS = 1;
const DRAIN_MAX_MS = 10_000;
/** How often it is looked who is to be pinged or cut off. */
const TICK_MS = 500;

export function link(deps: LinkDeps): Link {
  const live = new Map<string, Connection>();
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const background = tracked(deps.log);
  const events = eventsOf(deps, live, swaps(), background.run);
  const stopHeart = heart(deps, live, background.run);
  const door = doorOf(deps, wss, background.run, events);
  return {
    upgrade: door.upgrade,
    line: (deviceId) => {
      const one = live.get(deviceId);
      return one?.isOpen() ? one : undefined;
    },
    count: () => live.size,
    cut: (deviceId) => live.get(deviceId)?.close(CLOSE.revoked, 'device_revoked'),
    tell: (orgId, frame) => {
      for (const one of live.values()) if (one.orgId === orgId) one.send(frame(one.deviceId));
    },
    probe: async (deviceId, ms) => {
      const one = live.get(deviceId);
      if (one && !(await one.alive(ms))) one.close(CLOSE.goingAway, 'no_answer');
    },
    stop: async () => {
      door.shut();
      stopHeart();
      await drain([...live.values()]);
      for (const ws of wss.clients) if (ws.readyState === ws.OPEN) ws.close(CLOSE.goingAway, 'going_away');
      await ended(wss.clients);
      await background.done();
    },
  };
}

/** Lets connections in, so many at a time and a second. */
function doorOf(deps: LinkDeps, wss: WebSocketServer, run: (work: Promise<unknown>) => void, events: Events) {
  const handshakes = bucket(deps.handshakesPerS ?? HANDSHAKES_PER_S);
  let pending = 0;
  let stopping = false;
  const full = (): number => {
    if (stopping) return 5;
    return pending >= HANDSHAKES_MAX ? 1 : handshakes.take(deps.clock());
  };
  const upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const seconds = full();
    if (seconds > 0) {
      answer(socket, fail('unavailable', { seconds: String(seconds) }));
      return;
    }
    pending += 1;
    const work = admit(deps, req, socket).then((device) => {
      if (!device || socket.destroyed) return;
      if (stopping) answer(socket, fail('unavailable', { seconds: '5' }));
      else wss.handleUpgrade(req, socket, head, (ws) => void connection(ws, device, deps.peer(req), events));
    });
    run(
      work.finally(() => {
        pending -= 1;
      }),
    );
  };
  const shut = (): void => {
    stopping = true;
  };
  return { upgrade, shut };
}

/** Pings each connection once a heartbeat, give or take a fifth, and cuts those that another hub shut out. */
function heart(
  deps: LinkDeps,
  live: ReadonlyMap<string, Connection>,
  run: (work: Promise<unknown>) => void,
): () => void {
  const period = deps.heartbeatMs ?? HEARTBEAT_S * 1000;
  const due = new WeakMap<Connection, number>();
  const next = (): number => performance.now() + period * (0.8 + Math.random() * 0.4);
  const tick = (): void => {
    const now = performance.now();
    const beaten: Connection[] = [];
    for (const one of live.values()) {
      const at = due.get(one);
      if (at === undefined || at <= now) due.set(one, next());
      if (at !== undefined && at <= now) beaten.push(one);
    }
    for (const one of beaten) one.beat();
    if (beaten.length > 0) run(deps.keepSeen(beaten));
    if (live.size > 0) run(deps.shutOut(deps.clock() - 10 * TICK_MS).then((all) => cutAll(live, all)));
  };
  const timer = setInterval(tick, Math.min(TICK_MS, period / 2));
  return () => clearInterval(timer);
}

function cutAll(
  live: ReadonlyMap<string, Connection>,
  all: readonly { id: string; removed: number | null }[],
): void {
  for (const { id, removed } of all) {
    const one = live.get(id);
    if (removed !== null) one?.close(CLOSE.revoked, 'device_revoked');
    else one?.close(CLOSE.conflict, 'device_conflict');
  }
}

/** Sends devices home one after the other in random order, and asks them to come back spread as widely. */
async function drain(all: Connection[]): Promise<void> {
  const shuffled = all.map((one) => [Math.random(), one] as const).sort(([a], [b]) => a - b);
  const pause = Math.min(DRAIN_MAX_MS, all.length * DRAIN_MS) / 20;
  const slice = Math.ceil(all.length / 20);
  const back = 1000 + (all.length / HANDSHAKES_PER_S) * 1000;
  for (let i = 0; i < shuffled.length; i += slice) {
    for (const [, one] of shuffled.slice(i, i + slice))
      one.send({ type: 'goodbye', retryAfterMs: Math.round(Math.random() * back) });
    await sleep(pause);
  }
}

/** Waits for the connections to end, and ends them after a second. */
async function ended(clients: ReadonlySet<WebSocket>): Promise<void> {
  const timer = setTimeout(() => {
    for (const ws of clients) ws.terminate();
  }, 1000);
  await Promise.all(
    [...clients].map((ws) => new Promise((resolve) => ws.once('close', () => resolve(undefined)))),
  );
  clearTimeout(timer);
}

function eventsOf(
  deps: LinkDeps,
  live: Map<string, Connection>,
  isTooMany: Swaps,
  run: (work: Promise<unknown>) => void,
): Events {
  /** @returns whether the device may stay */
  const enter = (one: Connection): boolean => {
    const older = live.get(one.deviceId);
    const isClone = older !== undefined && older.hello?.boot !== one.hello?.boot;
    if (isClone && isTooMany(one.deviceId, deps.clock())) {
      live.delete(one.deviceId);
      for (const both of [one, older])
        both.refuse(fail('device_conflict', { device: one.device.name }), CLOSE.conflict);
      deps.gone(older);
      run(deps.note(one, 'conflict'));
      return false;
    }
    live.set(one.deviceId, one);
    run(deps.note(one, isClone ? 'replaced' : 'connected'));
    if (!older) return true;
    older.close(CLOSE.replaced, 'replaced');
    deps.gone(older);
    return true;
  };
  return {
    hello: async (one, hello) => {
      const device = await deps.connected(one.deviceId, hello, one.peer);
      if (!device) {
        one.close(CLOSE.revoked, 'device_revoked');
        return undefined;
      }
      const welcome = await deps.welcome(device);
      return one.isOpen() && enter(one) ? welcome : undefined;
    },
    replied: deps.replied,
    ended: (one) => {
      deps.gone(one);
      if (live.get(one.deviceId) !== one) return;
      live.delete(one.deviceId);
      run(deps.note(one, 'disconnected'));
    },
    failed: (one, error) =>
      deps.log.info({ err: error, device: one.deviceId }, 'connection of a device failed'),
    clock: deps.clock,
  };
}

/** The device that may open this connection; else the refusal is sent and nothing comes back. */
async function admit(deps: LinkDeps, req: IncomingMessage, socket: Duplex): Promise<DeviceRow | undefined> {
  const late = setTimeout(() => socket.destroy(), HANDSHAKE_MS);
  try {
    return await checked(deps, req);
  } catch (error) {
    if (!(error instanceof Fault)) deps.log.error({ err: error }, 'handshake of a device failed');
    answer(socket, error instanceof Fault ? error : fail('internal', { trace: 'handshake' }));
    return undefined;
  } finally {
    clearTimeout(late);
  }
}

async function checked(deps: LinkDeps, req: IncomingMessage): Promise<DeviceRow> {
  if (new URL(req.url ?? '/', 'http://hub').pathname !== LINK_PATH)
    throw fail('not_found', { what: 'such address' });
  if (req.headers.origin !== undefined) throw fail('bad_origin');
  if (!protocols(req).includes(SUBPROTOCOL))
    throw fail('bad_request', { reason: `the sub-protocol ${SUBPROTOCOL} is needed` });
  const proof = /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
  if (!proof) throw fail('bad_proof', { reason: 'there is none' });
  const peer = deps.peer(req);
  deps.refusals.check(peer, deps.clock());
  try {
    return await deps.prove(proof);
  } catch (error) {
    if (error instanceof Fault) await deps.refused(proof, error, peer);
    deps.refusals.take(peer, deps.clock());
    throw error;
  }
}

const protocols = (req: IncomingMessage): string[] =>
  (req.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());

/** Refuses an upgrade with the same body that any other request would get. */
function answer(socket: Duplex, fault: Fault): void {
  const body = JSON.stringify(fault.body());
  const retry = fault.details.seconds ? `Retry-After: ${fault.details.seconds}\r\n` : '';
  socket.end(
    `HTTP/1.1 ${fault.status} Refused\r\nConnection: close\r\nContent-Type: application/json\r\n${retry}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Work that nobody waits for: its failures are logged, and the end of the program waits for it. */
function tracked(log: Logger) {
  const running = new Set<Promise<void>>();
  const run = (work: Promise<unknown>): void => {
    const one = work
      .then(() => {})
      .catch((error: unknown) => log.error({ err: error }, 'work of the connector failed'))
      .finally(() => running.delete(one));
    running.add(one);
  };
  const done = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running);
  };
  return { run, done };
}
