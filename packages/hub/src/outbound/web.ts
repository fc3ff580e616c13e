/** How modules reach the web: each with a breaker, a pace, a retry budget and a quota of its own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, fail } from '@sightline/api';
import { type Quota, quota } from '@sightline/api/web/quota';
import { isoTime } from '@sightline/ctim';
import { type Breaker, breaker } from './breaker.ts';
import { type Pace, pace } from './pace.ts';
import { budget, mayRetry, pauseMs, waitMs } from './retry.ts';
import type { Question, Reply, Send } from './send.ts';
import { targetOf } from './target.ts';

/** Requests that a module may make; none where left out. */
export interface Allowance {
  perMinute?: number | undefined;
  perDay?: number | undefined;
}

export interface Asked extends Question {
  /** Asking twice does no harm, so a failed connection is tried once more. */
  reads: boolean;
  allowance?: Allowance;
  /** Asked by a person who wants to know: also while the breaker is open. */
  probe?: boolean;
}

export interface Web {
  /**
   * The answer of a server, with a status below 500 and not 429.
   * @throws what `send` throws, and `circuit_open`, `module_rate_limited`, `quota_used`, `server_error`,
   *   and `too_many_requests` for probes
   */
  ask(question: Asked): Promise<Reply>;
  /** Requests of the last minute and of the last 24 hours. */
  used(): { minute: number; day: number };
}

export interface WebDeps {
  send: Send;
  /** Epoch milliseconds. */
  clock(): number;
  /** 0 up to, not including, 1. */
  random(): number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Requests a minute for tests of a module: whoever may test could scan ports with more. */
const PROBES = 30;
/** Requests whose times are kept for a module. */
const KEPT = 100_000;

/** Returns `webOf(key)`: the same key is the same module, with what is remembered of it. */
export function webs(deps: WebDeps): (key: string) => Web {
  const all = new Map<string, Web>();
  return (key) => {
    const known = all.get(key) ?? web(deps);
    all.set(key, known);
    return known;
  };
}

interface Memory {
  circuit: Breaker;
  probes: Quota;
  pace: Pace;
  budget: ReturnType<typeof budget>;
  /** When it may be asked again after it answered 429. */
  pausedUntil: number;
  /** When requests were sent, oldest first. */
  sent: number[];
}

function web(deps: WebDeps): Web {
  const memory: Memory = {
    circuit: breaker(),
    probes: quota(PROBES, 60),
    pace: pace(),
    budget: budget(),
    pausedUntil: 0,
    sent: [],
  };
  return {
    ask: (question) => asked(deps, memory, question),
    used: () => {
      const now = deps.clock();
      return { minute: since(memory, now - MINUTE_MS), day: since(memory, now - DAY_MS) };
    },
  };
}

async function asked(deps: WebDeps, memory: Memory, question: Asked): Promise<Reply> {
  const { host } = targetOf(question.url);
  if (question.probe) memory.probes.take('', deps.clock());
  const leave = await memory.pace.enter(question.signal);
  try {
    memory.budget.asked();
    const first = await once(deps, memory, question, host).catch((error: unknown) => error);
    if (!question.reads || !mayRetry(first) || !memory.budget.take()) return answerOf(first, host);
    const reply = first instanceof Error ? undefined : (first as Reply);
    await sleep(waitMs(reply, deps.clock(), deps.random), undefined, { signal: question.signal });
    return answerOf(await once(deps, memory, question, host), host);
  } finally {
    leave();
  }
}

function answerOf(result: unknown, host: string): Reply {
  if (result instanceof Error) throw result;
  const reply = result as Reply;
  if (reply.status >= 500) throw fail('server_error', { host, status: String(reply.status) });
  return reply;
}

/** One request; its outcome counts for the breaker. @throws also `module_rate_limited` for an answer of 429 */
async function once(deps: WebDeps, memory: Memory, question: Asked, host: string): Promise<Reply> {
  const now = deps.clock();
  if (now < memory.pausedUntil) throw limited(host, memory.pausedUntil - now);
  spend(memory, question.allowance, now);
  const told = memory.circuit.enter(now, question.probe);
  if (!told) throw fail('circuit_open', { host, until: isoTime(memory.circuit.openUntil()) });
  try {
    const reply = await deps.send(question);
    told(reply.status >= 500 ? 'failed' : 'ok', deps.clock());
    return settled(deps, memory, reply, host);
  } catch (error) {
    const ours = question.signal.aborted || (error as Partial<Fault>).code === 'address_refused';
    told(ours && !isLate(question.signal) ? 'neither' : 'failed', deps.clock());
    throw error;
  }
}

/** Aborted because the time was up, not because nobody waited any more. */
const isLate = (signal: AbortSignal): boolean =>
  ['TimedOut', 'TimeoutError'].includes((signal.reason as Partial<Error> | undefined)?.name ?? '');

function settled(deps: WebDeps, memory: Memory, reply: Reply, host: string): Reply {
  if (reply.status !== 429) {
    if (reply.status < 500) memory.pace.good();
    return reply;
  }
  const wait = pauseMs(reply, deps.clock());
  memory.pausedUntil = deps.clock() + wait;
  memory.pace.bad();
  throw limited(host, wait);
}

const limited = (host: string, ms: number): Fault =>
  fail('module_rate_limited', { host, seconds: String(Math.max(1, Math.ceil(ms / 1000))) });

/** @throws `quota_used` */
function spend(memory: Memory, { perMinute, perDay }: Allowance = {}, now: number): void {
  while (memory.sent.length > 0 && ((memory.sent[0] as number) <= now - DAY_MS || memory.sent.length >= KEPT))
    memory.sent.shift();
  if (perMinute && since(memory, now - MINUTE_MS) >= perMinute) throw used(perMinute, 'minute');
  if (perDay && since(memory, now - DAY_MS) >= perDay) throw used(perDay, 'day');
  memory.sent.push(now);
}

const used = (limit: number, period: string): Fault => fail('quota_used', { limit: String(limit), period });

/** Requests after this moment. */
function since({ sent }: Memory, from: number): number {
  let [low, high] = [0, sent.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sent[middle] as number) > from) high = middle;
    else low = middle + 1;
  }
  return sent.length - low;
}
