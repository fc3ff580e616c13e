/**
 * Answers the questions of an exchange from message tracking, and carries out its orders where that is allowed. Within
 * local limits: some at a time, a deadline, a bounded number of rows and bytes.
 */
import {
  type ConsoleAnswer,
  type ConsoleRead,
  type Details,
  type Fault,
  fail,
  type Health,
  type HistogramAnswer,
  type Lookup,
  type LookupAnswer,
  MAX_ANSWER,
  type MessageContent,
  type Question,
  type ResponseAnswer,
  type ResponseOrder,
  type Search,
  type SearchAnswer,
  type TopAnswer,
  type TopSearch,
  type WholeSearch,
} from '@sightline/api';

/** What of this appliance can be asked. */
export interface Answers {
  lookup(query: Lookup, ask: { signal: AbortSignal }): Promise<LookupAnswer>;
  search(query: Search, ask: { signal: AbortSignal }): Promise<SearchAnswer>;
  /** How many messages of a search came in each hour. */
  histogram?(query: WholeSearch, ask: { signal: AbortSignal }): Promise<HistogramAnswer>;
  /** The commonest values among the messages of a search. */
  top?(query: TopSearch, ask: { signal: AbortSignal }): Promise<TopAnswer>;
  /** undefined: there is no such message (any more). */
  details(mid: number): Promise<Details | undefined>;
  /** A message as it came; refused where the live configuration does not allow it. */
  content?(mid: number): Promise<MessageContent>;
  health(): Health | Promise<Health>;
  /** A reading request to the console, where there is one. */
  console?(read: ConsoleRead, ask: { signal: AbortSignal }): Promise<ConsoleAnswer>;
  /** An order; refused where the live configuration does not allow it. */
  respond?(order: ResponseOrder): Promise<ResponseAnswer>;
}

export interface Limits {
  parallel: number;
  /** Questions that may wait for their turn. */
  waiting: number;
  /** Longest time for an answer whatever the exchange allows, ms. */
  longestMs: number;
  rows: number;
  bytes: number;
}
export const LIMITS: Limits = {
  parallel: 10,
  waiting: 200,
  longestMs: 30_000,
  rows: 10_000,
  bytes: MAX_ANSWER - 4096,
};

/** Values looked up in one go; between two goes a cancelled question ends. */
const AT_ONCE = 25;

export type Serve = (question: Question, deadlineMs: number, cancelled: AbortSignal) => Promise<unknown>;

/** Resolves with the answer, rejects with a Fault that may be told to the exchange. */
export function serve(answers: Answers, device: () => string, limits: Limits = LIMITS): Serve {
  const turn = turns(limits.parallel, limits.waiting);
  return async (question, deadlineMs, cancelled) => {
    const ms = Math.min(deadlineMs, limits.longestMs);
    const signal = AbortSignal.any([cancelled, AbortSignal.timeout(ms)]);
    const late = (): Fault =>
      fail('device_timeout', { device: device(), seconds: String(Math.ceil(ms / 1000)) });
    let done = (): void => {};
    try {
      done = await turn(signal);
      return await orLate(answer(answers, question, limits, signal), signal, late);
    } catch (error) {
      throw signal.aborted ? late() : error;
    } finally {
      done();
    }
  };
}

function answer(answers: Answers, question: Question, limits: Limits, signal: AbortSignal): Promise<unknown> {
  switch (question.verb) {
    case 'lookup':
      return lookup(answers, question.body, limits, signal);
    case 'search':
      return search(answers, question.body, limits, signal);
    case 'histogram':
      return counted(answers.histogram?.(question.body, { signal }));
    case 'top':
      return counted(answers.top?.(question.body, { signal }));
    case 'details':
      return details(answers, question.body.mid, limits);
    case 'content':
      return content(answers, question.body.mid, limits);
    case 'health':
      return Promise.resolve(answers.health());
    case 'console':
      return consoleRead(answers, question.body, limits, signal);
    case 'respond':
      return respond(answers, question.body);
  }
}

/** Looks up a few values at a time; when the rows or bytes are used up the totals go on without rows. */
async function lookup(
  answers: Answers,
  query: Lookup,
  limits: Limits,
  signal: AbortSignal,
): Promise<LookupAnswer> {
  const whole: LookupAnswer = { results: [], indexedUntil: 0 };
  let rows = limits.rows;
  let bytes = limits.bytes - frameOf(query);
  for (let i = 0; i < query.keys.length; i += AT_ONCE) {
    signal.throwIfAborted();
    const keys = query.keys.slice(i, i + AT_ONCE);
    const part = await answers.lookup({ ...query, keys, limit: Math.min(query.limit, rows) }, { signal });
    for (const result of part.results) {
      const { kept, used } = fitting(result.rows.slice(0, rows), bytes);
      whole.results.push({ ...result, rows: kept });
      rows -= kept.length;
      bytes -= used;
    }
    whole.indexedUntil = i === 0 ? part.indexedUntil : Math.min(whole.indexedUntil, part.indexedUntil);
    await breathe();
  }
  return whole;
}

/** Bytes of an answer without any row. */
const frameOf = ({ keys }: Lookup): number =>
  keys.reduce((bytes, key) => bytes + Buffer.byteLength(JSON.stringify(key)) + 60, 256);

/** As many of the first rows as fit into so many bytes of JSON. */
function fitting<Row>(rows: Row[], bytes: number): { kept: Row[]; used: number } {
  let used = 0;
  for (const [i, row] of rows.entries()) {
    const size = Buffer.byteLength(JSON.stringify(row)) + 1;
    if (used + size > bytes) return { kept: rows.slice(0, i), used };
    used += size;
  }
  return { kept: rows, used };
}

/** Asks again for fewer rows when they do not fit, so that the cursor goes on where the rows end. */
async function search(
  answers: Answers,
  query: Search,
  limits: Limits,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const found = await answers.search(query, { signal });
  const { kept } = fitting(found.rows, limits.bytes - 1024);
  if (kept.length === found.rows.length) return found;
  if (kept.length === 0) throw tooLarge(limits);
  signal.throwIfAborted();
  return search(answers, { ...query, limit: kept.length }, limits, signal);
}

async function counted<A>(answer: Promise<A> | undefined): Promise<A> {
  if (!answer) throw fail('not_found', { what: 'statistics of message tracking' });
  return answer;
}

async function details(answers: Answers, mid: number, limits: Limits): Promise<Details> {
  const found = await answers.details(mid);
  if (!found) throw fail('not_found', { what: `message ${mid}` });
  if (Buffer.byteLength(JSON.stringify(found)) > limits.bytes) throw tooLarge(limits);
  return found;
}

async function content(answers: Answers, mid: number, limits: Limits): Promise<MessageContent> {
  const found = await answers.content?.(mid);
  if (!found) throw fail('not_found', { what: 'content of messages' });
  if (Buffer.byteLength(JSON.stringify(found)) > limits.bytes) throw tooLarge(limits);
  return found;
}

async function consoleRead(
  answers: Answers,
  read: ConsoleRead,
  limits: Limits,
  signal: AbortSignal,
): Promise<ConsoleAnswer> {
  const answer = await answers.console?.(read, { signal });
  if (!answer) throw fail('not_found', { what: 'console' });
  if (Buffer.byteLength(JSON.stringify(answer)) > limits.bytes) throw tooLarge(limits);
  return answer;
}

function respond(answers: Answers, order: ResponseOrder): Promise<ResponseAnswer> {
  if (!answers.respond) throw fail('not_found', { what: 'remote response' });
  return answers.respond(order);
}

const tooLarge = (limits: Limits): Fault =>
  fail('too_large', { limit: `${Math.round(limits.bytes / 1024)} KiB` });

/** Lets heartbeats and cancellations in. */
const breathe = (): Promise<void> => new Promise((done) => setImmediate(done));

function orLate<T>(work: Promise<T>, signal: AbortSignal, late: () => Fault): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(late());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/**
 * Returns `turn(signal)`: resolves when one of the places is free, with the function that frees it again; rejects
 * when the signal is aborted first or too many wait already.
 */
function turns(places: number, waiting: number): (signal: AbortSignal) => Promise<() => void> {
  let free = places;
  const queue: (() => void)[] = [];
  const release = (): void => {
    const next = queue.shift();
    if (next) next();
    else free++;
  };
  return async (signal) => {
    if (free > 0) free--;
    else if (queue.length >= waiting) throw fail('too_many_requests', { seconds: '1' });
    else await inLine(queue, signal);
    return release;
  };
}

function inLine(queue: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      const at = queue.indexOf(go);
      if (at >= 0) queue.splice(at, 1);
      reject(signal.reason);
    };
    const go = (): void => {
      signal.removeEventListener('abort', leave);
      resolve();
    };
    queue.push(go);
    signal.addEventListener('abort', leave, { once: true });
  });
}
