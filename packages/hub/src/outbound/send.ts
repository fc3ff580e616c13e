/** One request to an address that a person named: checked, bounded in time and size, never redirected. */
import {
  Agent,
  type AgentOptions,
  type ClientRequest,
  type ClientRequestArgs,
  type IncomingMessage,
  request,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { Fault, fail } from '@sightline/api';
import { TimedOut, within } from '../deadline.ts';
import { ACCEPT_ENCODING, bodyOf } from './body.ts';
import { type Dial, type Route, reasonOf } from './dial.ts';
import { type Target, targetOf } from './target.ts';

export interface Question {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  signal: AbortSignal;
  /** Milliseconds for the whole exchange, 30000 if left out. */
  timeoutMs?: number;
  /** Bytes of the answer, unpacked; 10 MiB if left out. */
  maxBytes?: number;
  /** SHA-256 of the server's certificate. */
  pin?: string | undefined;
}

export interface Reply {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  host: string;
}

export type Send = (question: Question) => Promise<Reply>;

export interface SendDeps {
  dial: Dial;
  /** A place for one more request to this host. */
  enter(host: string, signal: AbortSignal): Promise<() => void>;
  userAgent: string;
}

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 10 * 1024 * 1024;
/** Connections that wait for the next request to the same host. */
const IDLE_MS = 15_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Opens connections by `dial`; what is kept open goes to an address that was checked when it was opened. */
class CheckedAgent extends Agent {
  readonly #dial: Dial;

  constructor(dial: Dial, options: AgentOptions) {
    super(options);
    this.#dial = dial;
  }

  override getName(options?: ClientRequestArgs & Partial<Route>): string {
    return `${options?.target?.origin} ${options?.pin ?? ''}`;
  }

  override createConnection(options: unknown, opened?: (error: Error | null, socket: Duplex) => void) {
    const none = undefined as unknown as Duplex;
    this.#dial(options as Route).then(
      (socket) => opened?.(null, socket),
      (error: Error) => opened?.(error, none),
    );
    return none;
  }
}

/**
 * Sends requests. A status is an answer, whichever it is, but for redirects, which are never followed.
 * @throws `malformed_api_url`, `address_refused`, `connection_error`, `answer_timeout`, `answer_too_large`,
 *   `answer_invalid`, `redirect_refused`; the reason of the signal when that is aborted
 */
export function sender(deps: SendDeps): { send: Send; close(): void } {
  const agent = new CheckedAgent(deps.dial, { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: 4 });
  const send: Send = async (question) => {
    const target = targetOf(question.url);
    const { host } = target;
    const ms = question.timeoutMs ?? TIMEOUT_MS;
    try {
      return await within(ms, question.signal, async (signal) => {
        const leave = await deps.enter(host, signal);
        try {
          return await exchange(deps, agent, target, { ...question, signal });
        } finally {
          leave();
        }
      });
    } catch (error) {
      if (error instanceof TimedOut)
        throw fail('answer_timeout', { host, seconds: String(Math.ceil(ms / 1000)) }, { cause: error });
      throw error;
    }
  };
  return { send, close: () => agent.destroy() };
}

async function exchange(deps: SendDeps, agent: Agent, target: Target, question: Question): Promise<Reply> {
  const { host } = target;
  try {
    const answer = await answered(deps, agent, target, question);
    const headers = headersOf(answer);
    if (REDIRECTS.has(answer.statusCode ?? 0)) {
      answer.destroy();
      throw fail('redirect_refused', { host, location: hostOf(headers.location, target) });
    }
    const body = await bodyOf(answer, host, question.maxBytes ?? MAX_BYTES);
    return { status: answer.statusCode ?? 0, headers, body, host };
  } catch (error) {
    question.signal.throwIfAborted();
    if (error instanceof Fault) throw error;
    throw fail('connection_error', { host, reason: reasonOf(error) }, { cause: error });
  }
}

/** The answer's head. A kept connection that the server had just closed is no failure: it is asked once more. */
async function answered(
  deps: SendDeps,
  agent: Agent,
  target: Target,
  question: Question,
): Promise<IncomingMessage> {
  const first = start(deps, agent, target, question);
  try {
    return await headOf(first, question.body);
  } catch (error) {
    const stale = first.reusedSocket && (error as { code?: string }).code === 'ECONNRESET';
    if (!stale || question.signal.aborted) throw error;
    return headOf(start(deps, agent, target, question), question.body);
  }
}

function start({ userAgent }: SendDeps, agent: Agent, target: Target, question: Question): ClientRequest {
  const own = {
    'user-agent': userAgent,
    accept: 'application/json',
    'accept-encoding': ACCEPT_ENCODING,
    host: target.authority,
    ...(question.body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(question.body)) }),
  };
  const options = {
    agent,
    host: target.host,
    port: target.port,
    path: target.path,
    method: question.method,
    headers: { ...own, ...question.headers },
    signal: question.signal,
    maxHeaderSize: 32 * 1024,
    target,
    pin: question.pin,
  };
  return request(options);
}

function headOf(asking: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asking.once('response', resolve);
    asking.on('error', reject);
    asking.end(body);
  });
}

const headersOf = (answer: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  );

const hostOf = (location: string | undefined, target: Target): string =>
  URL.parse(location ?? '', target.origin)?.host ?? 'another address';
