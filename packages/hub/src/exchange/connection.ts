/** One connection of one appliance: its frames checked, its sends bounded, its end noticed. */
import {
  BUFFER,
  CLOSE,
  DeviceFrame,
  type Fault,
  fail,
  type HubFrame,
  PROTOCOL,
  speaks,
} from '@sightline/api';
import type { RawData, WebSocket } from 'ws';
import type { Line } from './line.ts';
import type { DeviceRow } from './store.ts';

export type Hello = Extract<DeviceFrame, { type: 'hello' }>;
export type Reply = Extract<DeviceFrame, { type: 'answer' | 'fault' | 'part' }>;

export interface Connection extends Line {
  readonly device: DeviceRow;
  readonly peer: string;
  /** What the device said first; undefined until then. */
  hello: Hello | undefined;
  isOpen(): boolean;
  /** Closes with a code; whoever does not follow within a second is cut off. */
  close(code: number, reason: string): void;
  /** Says why, then closes. */
  refuse(fault: Fault, code: number): void;
  /** One heartbeat: ends the connection when the last two were not answered. */
  beat(): void;
  /** Resolves true at the next sign of life, false after `ms`. */
  alive(ms: number): Promise<boolean>;
}

export interface Events {
  /** The device has said hello; answers what to send, undefined when the connection has been refused meanwhile. */
  hello: (connection: Connection, hello: Hello) => Promise<HubFrame | undefined>;
  /** Not before hello. @returns false when nobody waits for it */
  replied: (connection: Connection, reply: Reply) => boolean;
  ended: (connection: Connection) => void;
  failed: (connection: Connection, error: unknown) => void;
  clock: () => number;
}

/** Frames and pings a second that nobody asked for. */
const UNASKED_PER_S = 50;
/** Until hello. */
const HELLO_MS = 10_000;
const CLOSING_MS = 1000;

export function connection(ws: WebSocket, device: DeviceRow, peer: string, events: Events): Connection {
  const waiting = new Set<(alive: boolean) => void>();
  const tooFast = perSecond(UNASKED_PER_S, events.clock);
  const state = { greeted: false, missed: 0, seq: 0 };
  const self = handle(ws, device, peer, { waiting, state, clock: events.clock });

  const sign = (): void => {
    state.missed = 0;
    self.seen.lastSeen = events.clock();
    for (const tell of waiting) tell(true);
  };
  const greet = async (hello: Hello): Promise<void> => {
    if (!speaks(hello.protocol)) return self.refuse(unsupported(hello.protocol), CLOSE.protocol);
    const welcome = await events.hello(self, hello);
    if (!welcome) return;
    state.greeted = true;
    clearTimeout(patience);
    self.send(welcome);
  };
  /** Why the connection must end because of this frame, nothing when it need not. */
  const take = (frame: DeviceFrame | undefined): [number, string] | undefined => {
    if (!frame || (frame.type === 'hello' ? self.hello : !state.greeted))
      return [CLOSE.badFrame, 'bad_frame'];
    const asked = frame.type !== 'hello' && events.replied(self, frame);
    if (!asked && tooFast()) return [CLOSE.tooFast, 'too_many_frames'];
    if (frame.type !== 'hello') return undefined;
    self.hello = frame;
    greet(frame).catch((error: unknown) => {
      events.failed(self, error);
      self.close(CLOSE.goingAway, 'internal');
    });
    return undefined;
  };

  const patience = setTimeout(() => self.close(CLOSE.badFrame, 'no_hello'), HELLO_MS);
  ws.on('message', (data, isBinary) => {
    if (ws.readyState !== ws.OPEN) return;
    sign();
    const end = take(isBinary ? undefined : parsed(data));
    if (end) self.close(...end);
  });
  ws.on('ping', () => {
    if (tooFast()) self.close(CLOSE.tooFast, 'too_many_frames');
  });
  ws.on('pong', sign);
  ws.on('error', (error) => events.failed(self, error));
  ws.on('close', () => {
    clearTimeout(patience);
    for (const tell of waiting) tell(false);
    events.ended(self);
  });
  return self;
}

interface Inside {
  waiting: Set<(alive: boolean) => void>;
  state: { missed: number; seq: number };
  clock: () => number;
}

function handle(ws: WebSocket, device: DeviceRow, peer: string, inside: Inside): Connection {
  const { waiting, state } = inside;
  const send = (frame: HubFrame): boolean => sendOn(ws, frame);
  const close = (code: number, reason: string): void => closeOn(ws, code, reason);
  const self: Connection = {
    deviceId: device.id,
    orgId: device.org_id,
    device,
    peer,
    hello: undefined,
    seen: {
      lastSeen: inside.clock(),
      roundTripMs: device.round_trip_ms,
      lastError: device.last_error,
      queries: 0,
    },
    next: () => {
      state.seq += 1;
      return { session: self.hello?.session ?? '', seq: state.seq };
    },
    isOpen: () => ws.readyState === ws.OPEN,
    send,
    close,
    refuse: (fault, code) => {
      send({ type: 'refused', code: fault.code, message: fault.message, details: fault.details });
      close(code, fault.code);
    },
    beat: () => {
      if (state.missed++ >= 2) ws.terminate();
      else ws.ping();
    },
    alive: (ms) => nextSign(waiting, ws, ms),
  };
  return self;
}

function unsupported(protocol: number): Fault {
  const oldest = Math.max(1, PROTOCOL - 2);
  const older = protocol < oldest ? 'appliance' : 'exchange';
  return fail('protocol_unsupported', {
    protocol: String(protocol),
    oldest: String(oldest),
    newest: String(PROTOCOL),
    older,
  });
}

function parsed(data: RawData): DeviceFrame | undefined {
  try {
    return DeviceFrame.safeParse(JSON.parse(data.toString())).data;
  } catch {
    return undefined;
  }
}

function sendOn(ws: WebSocket, frame: HubFrame): boolean {
  if (ws.readyState !== ws.OPEN) return false;
  if (ws.bufferedAmount > BUFFER.close) closeOn(ws, CLOSE.tooMuch, 'reads_too_slowly');
  if (ws.bufferedAmount > BUFFER.wait) return false;
  ws.send(JSON.stringify(frame));
  return true;
}

function closeOn(ws: WebSocket, code: number, reason: string): void {
  if (ws.readyState !== ws.OPEN) return;
  ws.close(code, reason);
  const timer = setTimeout(() => ws.terminate(), CLOSING_MS);
  ws.once('close', () => clearTimeout(timer));
}

function nextSign(waiting: Set<(alive: boolean) => void>, ws: WebSocket, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const tell = (alive: boolean): void => {
      clearTimeout(timer);
      waiting.delete(tell);
      resolve(alive);
    };
    const timer = setTimeout(() => tell(false), ms);
    waiting.add(tell);
    if (ws.readyState === ws.OPEN) ws.ping();
    else tell(false);
  });
}

/** Counts calls; true from the one on that is beyond `max` in its second. */
function perSecond(max: number, clock: () => number): () => boolean {
  let second = 0;
  let count = 0;
  return () => {
    const now = Math.floor(clock() / 1000);
    if (now !== second) [second, count] = [now, 0];
    count += 1;
    return count > max;
  };
}
