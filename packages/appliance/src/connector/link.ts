/** One connection to the exchange, from the first byte to its end (api/link.ts). */
import { randomUUID } from 'node:crypto';
import type { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BUFFER,
  CATALOGUE,
  CLOSE,
  type DeviceFacts,
  type DeviceFrame,
  Fault,
  type FaultCode,
  fail,
  HEARTBEAT_S,
  type HubFrame,
  LINK_PATH,
  MAX_FRAME,
  PROTOCOL,
  SUBPROTOCOL,
  type Trust,
} from '@sightline/api';
import { WebSocket } from 'ws';
import { NotAnExchange } from './cause.ts';
import { answerFrames, readFrame } from './frame.ts';
import { type Checked, orders } from './order.ts';
import type { Serve } from './serve.ts';

type Welcome = Extract<HubFrame, { type: 'welcome' }>;
type Ask = Extract<HubFrame, { type: 'ask' }>;
type Good = Extract<Checked, { is: 'good' }>;

export interface LinkOptions {
  url: string;
  proof: string;
  deviceId: string;
  facts: DeviceFacts;
  /** Random name of this start of the program. */
  boot: string;
  /** Whose questions are answered; undefined answers none. */
  trust: Trust | undefined;
  /** The exchange's clock minus ours, ms. */
  offset: number;
  clock: () => number;
  /** Opens the connection (way.ts). */
  agent?: Agent | undefined;
  serve: Serve;
  signal: AbortSignal;
  onWelcome(welcome: Welcome): void;
  /** Anything arrived from the exchange. */
  onContact(): void;
  /** A ping came back after so long, ms. */
  onRoundTrip(ms: number): void;
  /** A question was answered; `fault` is '' when it went well. */
  onAnswered(verb: string, ms: number, fault: string): void;
  heartbeatMs?: number | undefined;
}

/** How a connection that had been open ended. */
export interface LinkEnd {
  code: number;
  /** The exchange asked to stay away for so long, ms. */
  retryAfterMs?: number;
  /** Why the exchange ended it, when it said so. */
  refused?: Fault;
}

const HANDSHAKE_MS = 10_000;
/** How often it is looked whether the exchange has read enough for more, ms. */
const DRAIN_MS = 20;

/** Opens a connection and resolves when it has ended; rejects when it could not be opened. */
export function runLink(options: LinkOptions): Promise<LinkEnd> {
  const address = new URL(LINK_PATH, options.url.replace(/^http/, 'ws'));
  const socket = new WebSocket(address, SUBPROTOCOL, {
    headers: { authorization: `Bearer ${options.proof}` },
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: MAX_FRAME,
    perMessageDeflate: false,
    followRedirects: false,
    ...(options.agent ? { agent: options.agent } : {}),
  });
  const stop = (): void => {
    socket.close(CLOSE.goingAway);
    setTimeout(() => socket.terminate(), 1000).unref();
  };
  options.signal.addEventListener('abort', stop, { once: true });
  if (options.signal.aborted) stop();
  return new Promise<LinkEnd>((resolve, reject) => {
    let answered = false;
    socket.on('unexpected-response', (_, res) => {
      answered = true;
      refusal(res)
        .then(reject, reject)
        .finally(() => socket.terminate());
    });
    // after the opening an error is always followed by the close
    socket.on('error', (error) => {
      if (!answered) reject(error);
    });
    socket.once('open', () => {
      answered = true;
      converse(socket, options).then(resolve, reject);
    });
  }).finally(() => options.signal.removeEventListener('abort', stop));
}

/** What the exchange says when it does not open the connection. */
async function refusal(res: AsyncIterable<Buffer> & { statusCode?: number }): Promise<Error> {
  let text = '';
  for await (const part of res) {
    text += part.toString('utf8');
    if (text.length > 16_384) break;
  }
  try {
    const body = JSON.parse(text) as { error?: string; details?: Record<string, string> };
    if (body.error && Object.hasOwn(CATALOGUE, body.error))
      return new Fault(body.error as FaultCode, body.details ?? {});
  } catch {}
  return new NotAnExchange(`status ${res.statusCode}`);
}

/** What is under way on one connection. */
interface Talk {
  socket: WebSocket;
  options: LinkOptions;
  asked: Map<string, AbortController>;
  check: (signed: string, frameId: string) => Checked;
  end: Omit<LinkEnd, 'code'>;
  /** Ends the connection unless the welcome comes. */
  greeting: NodeJS.Timeout;
}

function converse(socket: WebSocket, options: LinkOptions): Promise<LinkEnd> {
  const session = randomUUID();
  const { deviceId, trust, offset, clock, facts, boot } = options;
  const heart = beat(socket, options.heartbeatMs ?? HEARTBEAT_S * 1000);
  const now = (): number => clock() + offset;
  const talk: Talk = {
    socket,
    options,
    asked: new Map(),
    check: orders({ deviceId, session, hubKeys: trust?.hubKeys ?? [], now }),
    end: {},
    greeting: setTimeout(() => socket.close(CLOSE.badFrame, 'no welcome'), HANDSHAKE_MS),
  };
  const contact = (): void => {
    heart.alive();
    options.onContact();
  };
  socket.on('message', (data, binary) => {
    contact();
    const read = binary ? ({ is: 'garbage' } as const) : readFrame(data.toString());
    if (read.is === 'garbage') socket.close(CLOSE.badFrame, 'not a frame of this protocol');
    else if (read.is === 'frame') hear(talk, read.frame);
  });
  socket.on('pong', (data) => {
    contact();
    const ms = performance.now() - Number(data.toString());
    if (ms >= 0 && ms < LONGEST_TRIP_MS) options.onRoundTrip(ms);
  });
  const skewMs = Math.round(-offset);
  sendFrame(socket, { type: 'hello', protocol: PROTOCOL, facts, session, boot, skewMs });
  return new Promise((resolve) => {
    socket.once('close', (code) => {
      heart.stop();
      clearTimeout(talk.greeting);
      for (const one of talk.asked.values()) one.abort();
      resolve({ code, ...talk.end });
    });
  });
}

function hear(talk: Talk, frame: HubFrame): void {
  switch (frame.type) {
    case 'welcome':
      clearTimeout(talk.greeting);
      talk.options.onWelcome(frame);
      break;
    case 'ask':
      weigh(talk, frame);
      break;
    case 'cancel':
      talk.asked.get(frame.id)?.abort();
      break;
    case 'goodbye':
      talk.end.retryAfterMs = frame.retryAfterMs;
      talk.socket.close(CLOSE.goingAway);
      break;
    case 'refused':
      if (Object.hasOwn(CATALOGUE, frame.code))
        talk.end.refused = new Fault(frame.code as FaultCode, frame.details);
  }
}

/** Takes a question if it is signed as it must be and not open already. */
function weigh(talk: Talk, { id, signed }: Ask): void {
  if (talk.asked.has(id)) return;
  const checked = talk.check(signed, id);
  if (checked.is === 'good') {
    void take(talk, id, checked);
    return;
  }
  const [code, message] =
    checked.is === 'unknown'
      ? ['bad_request', 'This question is not understood.']
      : ['bad_signature', `The question is refused: ${checked.reason}.`];
  sendFrame(talk.socket, { type: 'fault', id, code, message });
  talk.options.onAnswered('', 0, code);
}

async function take(talk: Talk, id: string, { question, deadlineMs }: Good): Promise<void> {
  const { socket, asked, options } = talk;
  const cancelled = new AbortController();
  asked.set(id, cancelled);
  const start = performance.now();
  let fault = '';
  try {
    const body = await options.serve(question, deadlineMs, cancelled.signal);
    await sendAnswer(socket, id, body, cancelled.signal);
  } catch (error) {
    const { code, message } = error instanceof Fault ? error : fail('internal', { trace: id });
    fault = error instanceof Fault ? code : String(error);
    if (!cancelled.signal.aborted) sendFrame(socket, { type: 'fault', id, code, message });
  } finally {
    asked.delete(id);
    options.onAnswered(question.verb, performance.now() - start, fault);
  }
}

/** Sends an answer in as many frames as it takes, no faster than the exchange reads, until it is cancelled. */
async function sendAnswer(
  socket: WebSocket,
  id: string,
  body: unknown,
  cancelled: AbortSignal,
): Promise<void> {
  for (const frame of answerFrames(id, body)) {
    while (socket.bufferedAmount > BUFFER.wait && socket.readyState === WebSocket.OPEN) await sleep(DRAIN_MS);
    if (cancelled.aborted) return;
    sendFrame(socket, frame);
  }
}

function sendFrame(socket: WebSocket, frame: DeviceFrame): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > BUFFER.close) socket.close(CLOSE.tooMuch, 'the exchange reads too slowly');
  else socket.send(JSON.stringify(frame));
}

/** A pong that claims more has not come from our ping. */
const LONGEST_TRIP_MS = 10 * 60_000;

/** Pings at once and every `ms` give or take a fifth; ends the connection when two in a row stay unanswered. */
function beat(socket: WebSocket, ms: number): { alive(): void; stop(): void } {
  let missed = 0;
  let timer: NodeJS.Timeout;
  const ping = (): void => socket.ping(String(performance.now()));
  const next = (): void => {
    timer = setTimeout(
      () => {
        if (missed >= 2) return socket.terminate();
        missed++;
        ping();
        next();
      },
      ms * (0.8 + Math.random() * 0.4),
    );
  };
  ping();
  next();
  return {
    alive: () => {
      missed = 0;
    },
    stop: () => clearTimeout(timer),
  };
}
