/** One connection to the exchange, from the first byte to its end (api/link.ts). */
import {
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
  SUBPROTOCOL,
} from '@sightline/api';
import { WebSocket } from 'ws';
import { NotAnExchange } from './cause.ts';
import { readFrame } from './frame.ts';
import type { Serve } from './serve.ts';

type Welcome = Extract<HubFrame, { type: 'welcome' }>;
type Ask = Extract<HubFrame, { type: 'ask' }>;

export interface LinkOptions {
  url: string;
  proof: string;
  facts: DeviceFacts;
  serve: Serve;
  signal: AbortSignal;
  onWelcome(welcome: Welcome): void;
  /** Anything arrived from the exchange. */
  onContact(): void;
  /** A question was answered; `fault` is '' when it went well. */
  onAnswered(verb: string, ms: number, fault: string): void;
  heartbeatMs?: number;
}

/** How a connection that had been open ended. */
export interface LinkEnd {
  code: number;
  /** The exchange asked to stay away for so long, ms. */
  retryAfterMs?: number;
}

const HANDSHAKE_MS = 10_000;
/** Unsent bytes above which the exchange reads too slowly to go on. */
const MAX_BUFFERED = 2 * MAX_FRAME;

/** Opens a connection and resolves when it has ended; rejects when it could not be opened. */
export function runLink(options: LinkOptions): Promise<LinkEnd> {
  const address = new URL(LINK_PATH, options.url.replace(/^http/, 'ws'));
  const socket = new WebSocket(address, SUBPROTOCOL, {
    headers: { authorization: `Bearer ${options.proof}` },
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: MAX_FRAME,
    perMessageDeflate: false,
    followRedirects: false,
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

function converse(socket: WebSocket, options: LinkOptions): Promise<LinkEnd> {
  const asked = new Map<string, AbortController>();
  const heart = beat(socket, options.heartbeatMs ?? HEARTBEAT_S * 1000);
  let retryAfterMs: number | undefined;
  const send = (frame: DeviceFrame): void => sendFrame(socket, frame);
  const on = {
    welcome: (frame: Welcome) => {
      clearTimeout(greeting);
      options.onWelcome(frame);
    },
    ask: (frame: Ask) => void take(frame, asked, options, send),
    cancel: (frame: { id: string }) => asked.get(frame.id)?.abort(),
    goodbye: (frame: { retryAfterMs: number }) => {
      retryAfterMs = frame.retryAfterMs;
      socket.close(CLOSE.goingAway);
    },
  };
  const greeting = setTimeout(() => socket.close(CLOSE.badFrame, 'no welcome'), HANDSHAKE_MS);
  socket.on('message', (data, binary) => {
    heart.alive();
    options.onContact();
    const read = binary ? ({ is: 'garbage' } as const) : readFrame(data.toString());
    if (read.is === 'garbage') socket.close(CLOSE.badFrame, 'not a frame of this protocol');
    else if (read.is === 'unknown')
      send({ type: 'fault', id: read.id, code: 'bad_request', message: 'This question is not understood.' });
    else on[read.frame.type](read.frame as never);
  });
  socket.on('pong', () => {
    heart.alive();
    options.onContact();
  });
  send({ type: 'hello', protocol: 1, facts: options.facts });
  return new Promise((resolve) => {
    socket.once('close', (code) => {
      heart.stop();
      clearTimeout(greeting);
      for (const one of asked.values()) one.abort();
      resolve({ code, retryAfterMs });
    });
  });
}

/** Answers one question; a question with an id that is still open is not a new one. */
async function take(
  frame: Ask,
  asked: Map<string, AbortController>,
  options: LinkOptions,
  send: (frame: DeviceFrame) => void,
): Promise<void> {
  const { id, question } = frame;
  if (asked.has(id)) return;
  const cancelled = new AbortController();
  asked.set(id, cancelled);
  const start = performance.now();
  let fault = '';
  try {
    send({ type: 'answer', id, body: await options.serve(question, frame.deadlineMs, cancelled.signal) });
  } catch (error) {
    const { code, message } = error instanceof Fault ? error : fail('internal', { trace: id });
    fault = error instanceof Fault ? code : String(error);
    if (!cancelled.signal.aborted) send({ type: 'fault', id, code, message });
  } finally {
    asked.delete(id);
    options.onAnswered(question.verb, performance.now() - start, fault);
  }
}

function sendFrame(socket: WebSocket, frame: DeviceFrame): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > MAX_BUFFERED) socket.close(1013, 'the exchange reads too slowly');
  else socket.send(JSON.stringify(frame));
}

/** Pings every `ms` give or take a fifth; ends the connection when two in a row stay unanswered. */
function beat(socket: WebSocket, ms: number): { alive(): void; stop(): void } {
  let missed = 0;
  let timer: NodeJS.Timeout;
  const next = (): void => {
    timer = setTimeout(
      () => {
        if (missed >= 2) return socket.terminate();
        missed++;
        socket.ping();
        next();
      },
      ms * (0.8 + Math.random() * 0.4),
    );
  };
  next();
  return {
    alive: () => {
      missed = 0;
    },
    stop: () => clearTimeout(timer),
  };
}
