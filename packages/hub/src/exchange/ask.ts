/** Questions to devices: asked over the live connection, answered once, given up at the deadline. */
import { randomUUID } from 'node:crypto';
import {
  type AnswerOf,
  answerSchema,
  type DeviceFrame,
  type Fault,
  fail,
  MAX_ANSWER,
  type Order,
  Question,
  type QuestionInput,
} from '@sightline/api';
import type { Ask, AskOptions } from '../deps.ts';
import type { Line } from './line.ts';

/** A device as a question needs it. */
interface Target {
  name: string;
  /** Epoch ms of the last sign of life, null when it never was here. */
  lastSeen: number | null;
}

export interface AskDeps {
  target: (orgId: string, deviceId: string) => Promise<Target | undefined>;
  enabled: (orgId: string) => Promise<boolean>;
  line: (deviceId: string) => Line | undefined;
  region: string;
  /** Signs a question for its device. */
  sign: (order: Order) => string;
  clock: () => number;
  /** For the metrics: how each question ended, and its milliseconds. */
  asked: (verb: string, result: string, ms: number) => void;
  /** An answer that nobody waits for (any more). */
  dropped: () => void;
}

type Reply = Extract<DeviceFrame, { type: 'answer' | 'fault' | 'part' }>;
type Whole = Exclude<Reply, { type: 'part' }>;

interface Pending {
  line: Line;
  reply: (frame: Whole) => void;
  /** Pieces of the answer so far. */
  parts: string[];
  bytes: number;
  gone: () => void;
}

export interface Asking {
  ask: Ask;
  /** A reply came over this line. @returns false when nobody waits for it */
  replied: (line: Line, frame: Reply) => boolean;
  /** This line is no more. */
  gone: (line: Line) => void;
}

const DEADLINE_MS = 15_000;
/** A question is worth nothing to anyone so long after its deadline. */
const GRACE_S = 30;

export function asking(deps: AskDeps): Asking {
  const pending = new Map<string, Pending>();

  const ask: Ask = async <Q extends QuestionInput>(
    orgId: string,
    deviceId: string,
    given: Q,
    options: AskOptions = {},
  ): Promise<AnswerOf[Q['verb']]> => {
    const started = performance.now();
    const ended = (result: string): void => deps.asked(given.verb, result, performance.now() - started);
    try {
      const { line, target } = await reachable(deps, orgId, deviceId, options.signal);
      const frame = await exchange({ pending, deps }, line, target, Question.parse(given), options);
      const answer = read(line, target, given.verb, frame, performance.now() - started);
      ended('ok');
      return answer as AnswerOf[Q['verb']];
    } catch (error) {
      ended((error as Partial<Fault>).code ?? 'aborted');
      throw error;
    }
  };

  const replied = (line: Line, frame: Reply): boolean => {
    const one = pending.get(frame.id);
    if (one?.line !== line) {
      deps.dropped();
      return false;
    }
    const whole = frame.type === 'part' ? gathered(one, frame) : frame;
    if (whole) one.reply(whole);
    return true;
  };

  const gone = (line: Line): void => {
    for (const one of pending.values()) if (one.line === line) one.gone();
  };
  return { ask, replied, gone };
}

async function reachable(deps: AskDeps, orgId: string, deviceId: string, signal: AbortSignal | undefined) {
  const target = await deps.target(orgId, deviceId);
  if (!target) throw fail('not_found', { what: 'device' });
  if (!(await deps.enabled(orgId))) throw fail('service_not_enabled', { region: deps.region });
  signal?.throwIfAborted();
  const line = deps.line(deviceId);
  if (!line) throw offline(target);
  return { line, target };
}

const offline = (target: Target): Fault =>
  fail('device_offline', {
    device: target.name,
    since: target.lastSeen === null ? 'it was added' : new Date(target.lastSeen).toISOString(),
  });

/** The whole answer once its last part is there. Parts come in order and within the limit, or it is a fault. */
function gathered(one: Pending, part: Extract<Reply, { type: 'part' }>): Whole | undefined {
  one.bytes += Buffer.byteLength(part.text);
  const wrong = (message: string): Whole => {
    one.line.send({ type: 'cancel', id: part.id });
    return { type: 'fault', id: part.id, code: 'bad_answer', message };
  };
  if (part.n !== one.parts.length) return wrong('A part of its answer is missing');
  if (one.bytes > MAX_ANSWER) return wrong('Its answer is larger than 16 MiB');
  one.parts.push(part.text);
  if (!part.last) return undefined;
  try {
    return { type: 'answer', id: part.id, body: JSON.parse(one.parts.join('')) };
  } catch {
    return wrong('Its answer is not JSON');
  }
}

/** Sends the question and waits for its reply, the deadline, the end of the line or the caller's abort. */
function exchange(
  { pending, deps }: { pending: Map<string, Pending>; deps: AskDeps },
  line: Line,
  target: Target,
  question: Question,
  { deadlineMs = DEADLINE_MS, signal }: AskOptions,
): Promise<Whole> {
  const id = randomUUID();
  return new Promise<Whole>((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      pending.delete(id);
    };
    const giveUp = (reason: unknown): void => {
      settle();
      line.send({ type: 'cancel', id });
      reject(reason);
    };
    const abort = (): void => giveUp(signal?.reason);
    const timer = setTimeout(() => giveUp(timedOut(line, target, deadlineMs)), deadlineMs);
    const gone = (): void => {
      settle();
      reject(offline({ ...target, lastSeen: line.seen.lastSeen }));
    };
    const reply = (frame: Whole): void => {
      settle();
      resolve(frame);
    };
    signal?.addEventListener('abort', abort);
    pending.set(id, { line, gone, reply, parts: [], bytes: 0 });
    if (!line.send({ type: 'ask', id, signed: signed(deps, line, id, deadlineMs, question) })) gone();
  });
}

function signed(deps: AskDeps, line: Line, id: string, deadlineMs: number, question: Question): string {
  const exp = Math.ceil((deps.clock() + deadlineMs) / 1000) + GRACE_S;
  return deps.sign({ aud: line.deviceId, jti: id, ...line.next(), exp, deadlineMs, question });
}

function timedOut(line: Line, target: Target, deadlineMs: number): Fault {
  const fault = fail('device_timeout', { device: target.name, seconds: String(deadlineMs / 1000) });
  line.seen.lastError = fault.message;
  return fault;
}

/** The answer of a reply, checked; what went wrong is kept with the device. */
function read(line: Line, target: Target, verb: keyof AnswerOf, frame: Whole, ms: number): unknown {
  if (frame.type === 'fault' && frame.code === 'remote_response_off')
    throw fail('remote_response_off', { device: target.name });
  if (frame.type === 'fault') throw faulty(line, target, `${frame.message} (${frame.code})`);
  const parsed = answerSchema[verb].safeParse(frame.body);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    throw faulty(line, target, `its answer is not as agreed${where ? `, at ${where}` : ''}`);
  }
  line.seen.roundTripMs = Math.round(ms);
  line.seen.lastError = '';
  line.seen.queries += 1;
  return parsed.data;
}

function faulty(line: Line, target: Target, reason: string): Fault {
  const fault = fail('device_fault', { device: target.name, reason });
  line.seen.lastError = fault.message;
  return fault;
}
