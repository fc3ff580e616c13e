/** The WebSocket that appliances keep open to this exchange: who may connect, and which connection counts. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
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
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { AuditLine } from '../http.ts';
import type { Quota } from '../who/quota.ts';
import { type Connection, connection, type Events, type Hello, type Reply } from './connection.ts';
import type { Line } from './line.ts';
import type { DeviceRow } from './store.ts';

export interface LinkDeps {
  /** The device that this proof is of; throws when it is not good or the device was removed. */
  prove: (proof: string) => Promise<DeviceRow>;
  /** Notes what a device says of itself; undefined when it was removed in the meantime. */
  connected: (deviceId: string, hello: Hello, peer: string) => Promise<DeviceRow | undefined>;
  welcome: (device: DeviceRow) => Promise<HubFrame>;
  replied: (line: Line, frame: Reply) => boolean;
  gone: (line: Line) => void;
  keepSeen: (all: readonly Pick<Line, 'deviceId' | 'seen'>[]) => Promise<void>;
  audit: (line: AuditLine) => Promise<void>;
  /** Refused connections per address. */
  refusals: Quota;
  clock: () => number;
  log: Logger;
  heartbeatMs?: number | undefined;
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
/** A hub that stops spreads the return of its devices over this time. */
const RETURN_MS = 5000;

export function link(deps: LinkDeps): Link {
  const live = new Map<string, Connection>();
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const background = tracked(deps.log);
  const events = eventsOf(deps, live, background.run);
  const beat = setInterval(
    () => {
      for (const one of live.values()) {
        one.beat();
        background.run(deps.keepSeen([one]));
      }
    },
    deps.heartbeatMs ?? HEARTBEAT_S * 1000,
  );

  let pending = 0;
  let stopping = false;
  const upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (stopping || pending >= HANDSHAKES_MAX) {
      answer(socket, fail('unavailable'));
      return;
    }
    pending += 1;
    background.run(
      admit(deps, req, socket)
        .then((device) => {
          if (!device || socket.destroyed) return;
          if (stopping) answer(socket, fail('unavailable'));
          else wss.handleUpgrade(req, socket, head, (ws) => connection(ws, device, peerOf(req), events));
        })
        .finally(() => {
          pending -= 1;
        }),
    );
  };
  return {
    upgrade,
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
      stopping = true;
      clearInterval(beat);
      for (const ws of [...live.values()]) sendHome(ws);
      for (const ws of wss.clients) if (ws.readyState === ws.OPEN) ws.close(CLOSE.goingAway, 'going_away');
      await ended(wss);
      await background.done();
    },
  };
}

const sendHome = (one: Connection): void => {
  one.send({ type: 'goodbye', retryAfterMs: Math.round(Math.random() * RETURN_MS) });
};

/** Waits for the connections to end, and ends them after a second. */
async function ended(wss: WebSocketServer): Promise<void> {
  const timer = setTimeout(() => {
    for (const ws of wss.clients) ws.terminate();
  }, 1000);
  await Promise.all(
    [...wss.clients].map((ws) => new Promise((resolve) => ws.once('close', () => resolve(undefined)))),
  );
  clearTimeout(timer);
}

function eventsOf(
  deps: LinkDeps,
  live: Map<string, Connection>,
  run: (work: Promise<unknown>) => void,
): Events {
  const note = (one: Connection, action: string, text: string): void => {
    const { name, org_id: orgId } = one.device;
    run(deps.audit({ orgId, actor: name, action, object: name, text, peer: one.peer }));
  };
  const enter = (one: Connection): void => {
    const older = live.get(one.deviceId);
    live.set(one.deviceId, one);
    if (older === one) return;
    note(one, 'device.connected', older ? 'Connected in place of an older connection' : 'Connected');
    if (!older) return;
    older.close(CLOSE.replaced, 'replaced');
    deps.gone(older);
  };
  return {
    hello: async (one, hello) => {
      const device = await deps.connected(one.deviceId, hello, one.peer);
      if (!device) return undefined;
      const welcome = await deps.welcome(device);
      if (one.isOpen()) enter(one);
      return welcome;
    },
    replied: deps.replied,
    ended: (one) => {
      deps.gone(one);
      if (live.get(one.deviceId) !== one) return;
      live.delete(one.deviceId);
      run(deps.keepSeen([one]));
      note(one, 'device.disconnected', 'Disconnected');
    },
    failed: (one, error) =>
      deps.log.info({ err: error, device: one.deviceId }, 'connection of a device failed'),
    clock: deps.clock,
  };
}

/** The device that may open this connection; else the refusal is sent and nothing comes back. */
async function admit(deps: LinkDeps, req: IncomingMessage, socket: Duplex): Promise<DeviceRow | undefined> {
  const late = setTimeout(() => socket.destroy(), HANDSHAKE_MS);
  socket.on('error', () => socket.destroy());
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
  const peer = peerOf(req);
  deps.refusals.check(peer, deps.clock());
  try {
    return await deps.prove(proof);
  } catch (error) {
    deps.refusals.take(peer, deps.clock());
    throw error;
  }
}

const protocols = (req: IncomingMessage): string[] =>
  (req.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());

const peerOf = (req: IncomingMessage): string => req.socket.remoteAddress ?? '';

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
