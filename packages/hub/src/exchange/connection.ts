/** One connection of one appliance: its frames checked, its sends bounded, its end noticed. */
import { CLOSE, DeviceFrame, type HubFrame } from '@sightline/api';
import type { RawData, WebSocket } from 'ws';
import type { Line } from './line.ts';
import type { DeviceRow } from './store.ts';

export type Hello = Extract<DeviceFrame, { type: 'hello' }>;
export type Reply = Extract<DeviceFrame, { type: 'answer' | 'fault' }>;

export interface Connection extends Line {
  readonly device: DeviceRow;
  readonly peer: string;
  isOpen(): boolean;
  /** Closes with a code; whoever does not follow within a second is cut off. */
  close(code: number, reason: string): void;
  /** One heartbeat: ends the connection when the last two were not answered. */
  beat(): void;
  /** Resolves true at the next sign of life, false after `ms`. */
  alive(ms: number): Promise<boolean>;
}

export interface Events {
  /** The device has said hello; answers what to send, undefined when it was removed. */
  hello: (connection: Connection, hello: Hello) => Promise<HubFrame | undefined>;
  /** Not before hello. @returns false when nobody waits for it */
  replied: (connection: Connection, reply: Reply) => boolean;
  ended: (connection: Connection) => void;
  failed: (connection: Connection, error: unknown) => void;
  clock: () => number;
}

/** Bytes waiting to be read by the device beyond which it is given up. */
const BUFFERED_MAX = 16 * 1024 * 1024;
/** Frames a second that nobody asked for. */
const UNASKED_PER_S = 50;
/** Until hello. */
const HELLO_MS = 10_000;
const CLOSING_MS = 1000;
const TOO_MANY = 1008;

export function connection(ws: WebSocket, device: DeviceRow, peer: string, events: Events): Connection {
  const { id: deviceId, org_id: orgId } = device;
  const seen = { lastSeen: events.clock(), roundTripMs: device.round_trip_ms, lastError: device.last_error };
  const waiting = new Set<(alive: boolean) => void>();
  const unasked = perSecond(UNASKED_PER_S, events.clock);
  let greeted = false;
  let missed = 0;

  const sign = (): void => {
    missed = 0;
    seen.lastSeen = events.clock();
    for (const tell of waiting) tell(true);
  };
  const self: Connection = {
    deviceId,
    orgId,
    device,
    peer,
    seen,
    isOpen: () => ws.readyState === ws.OPEN,
    send: (frame) => sendOn(ws, frame),
    close: (code, reason) => closeOn(ws, code, reason),
    beat: () => {
      if (missed++ >= 2) ws.terminate();
      else ws.ping();
    },
    alive: (ms) => nextSign(waiting, ws, ms),
  };
  const greet = async (hello: Hello): Promise<void> => {
    const welcome = await events.hello(self, hello);
    if (!welcome) {
      self.close(CLOSE.revoked, 'device_revoked');
      return;
    }
    greeted = true;
    clearTimeout(patience);
    self.send(welcome);
  };
  /** Why the connection must end because of this frame, nothing when it need not. */
  const take = (frame: DeviceFrame | undefined): [number, string] | undefined => {
    if (!frame || (frame.type !== 'hello' && !greeted)) return [CLOSE.badFrame, 'bad_frame'];
    const asked = frame.type !== 'hello' && events.replied(self, frame);
    if (!asked && unasked()) return [TOO_MANY, 'too_many_frames'];
    if (frame.type === 'hello') greet(frame).catch((error: unknown) => events.failed(self, error));
    return undefined;
  };

  const patience = setTimeout(() => self.close(CLOSE.badFrame, 'no_hello'), HELLO_MS);
  ws.on('message', (data, isBinary) => {
    if (ws.readyState !== ws.OPEN) return;
    sign();
    const end = take(isBinary ? undefined : parsed(data));
    if (end) self.close(...end);
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

function parsed(data: RawData): DeviceFrame | undefined {
  try {
    return DeviceFrame.safeParse(JSON.parse(data.toString())).data;
  } catch {
    return undefined;
  }
}

function sendOn(ws: WebSocket, frame: HubFrame): boolean {
  if (ws.readyState !== ws.OPEN) return false;
  if (ws.bufferedAmount > BUFFERED_MAX) {
    ws.terminate();
    return false;
  }
  ws.send(JSON.stringify(frame));
  return true;
}

function closeOn(ws: WebSocket, code: number, reason: string): void {
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
