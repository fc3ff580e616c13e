import {
  type LookupAnswer,
  Question,
  type QuestionInput,
  type SearchAnswer,
  type TrackRow,
} from '@sightline/api';
import { describe, expect, it } from 'vitest';
import { type Answers, LIMITS, serve } from './serve.ts';

const row = (mid: number, subject = 'Hello'): TrackRow => ({
  host: 'esa03.example.com',
  serial: '0123456789AB-0123456',
  mid,
  icid: 1,
  dcids: [],
  received: 1,
  direction: 'incoming',
  sender: 'a@example.org',
  headerFrom: [],
  replyTo: [],
  recipients: [],
  subject,
  messageId: '',
  ip: '192.0.2.1',
  reverseDns: '',
  helo: '',
  senderGroup: '',
  tls: '',
  size: 1,
  attachments: [],
  urls: [],
  verdicts: [],
  parse: 'complete',
  state: 'delivered',
  lastState: '',
});
const rows = (n: number): TrackRow[] => Array.from({ length: n }, (_, i) => row(i + 1));

const RANGE = { from: 0, to: 10 };
const answers = (given: Partial<Answers> = {}): Answers => ({
  lookup: async (q) => ({
    results: q.keys.map((k) => ({ ...k, total: 700, rows: rows(Math.min(q.limit, 700)) })),
    indexedUntil: 9,
  }),
  search: async (q) => ({
    rows: rows(q.limit),
    total: 5000,
    totalIs: 'exact',
    cursor: `after ${q.limit}`,
    indexedUntil: 9,
  }),
  details: async (mid) => ({ row: row(mid, 'x'.repeat(2000)), steps: [] }),
  health: () => ({ version: '1', uptimeS: 1, queued: 0, indexedUntil: 9 }),
  ...given,
});
const never = new AbortController().signal;
const asker = (given: Partial<Answers> = {}, limits = {}) => {
  const answer = serve(answers(given), () => 'esa03', { ...LIMITS, ...limits });
  return (question: QuestionInput, ms = 5000, signal = never) => answer(Question.parse(question), ms, signal);
};
const lookup = (keys: number, limit: number): QuestionInput => ({
  verb: 'lookup',
  body: {
    range: RANGE,
    limit,
    keys: Array.from({ length: keys }, (_, i) => ({ key: 'ip', value: `192.0.2.${i}` })),
  },
});

describe('limits', () => {
  it('a lookup beyond the row limit keeps every value and its total, with fewer rows', async () => {
    const { results } = (await asker({}, { rows: 1000 })(lookup(60, 100))) as LookupAnswer;
    expect(results).toHaveLength(60);
    expect(results.every((r) => r.total === 700)).toBe(true);
    expect(results.reduce((n, r) => n + r.rows.length, 0)).toBe(1000);
    expect(results[0]?.rows).toHaveLength(100);
    expect(results[59]?.rows).toHaveLength(0);
  });

  it('a lookup beyond the byte limit fits, with every total', async () => {
    const bytes = 50_000;
    const answer = (await asker({}, { bytes })(lookup(30, 100))) as LookupAnswer;
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(bytes);
    expect(answer.results).toHaveLength(30);
    expect(answer.results[0]?.rows.length).toBeGreaterThan(10);
  });

  it('a search beyond the byte limit has fewer rows and the cursor that belongs to them', async () => {
    const bytes = 50_000;
    const answer = (await asker(
      {},
      { bytes },
    )({ verb: 'search', body: { range: RANGE, limit: 500 } })) as SearchAnswer;
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(bytes);
    expect(answer.rows.length).toBeGreaterThan(10);
    expect(answer.cursor).toBe(`after ${answer.rows.length}`);
    expect(answer.total).toBe(5000);
  });

  it('details that cannot be cut are a fault that says so', async () => {
    await expect(asker({}, { bytes: 1024 })({ verb: 'details', body: { mid: 3 } })).rejects.toMatchObject({
      code: 'too_large',
    });
  });

  it('so many at a time, the others in their turn; too many waiting are refused', async () => {
    let now = 0;
    let most = 0;
    const search: Answers['search'] = async (q) => {
      most = Math.max(most, ++now);
      await new Promise((done) => setTimeout(done, 5));
      now--;
      return answers().search(q, { signal: never });
    };
    const ask = asker({ search }, { parallel: 3, waiting: 5 });
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, () => ask({ verb: 'search', body: { range: RANGE, limit: 1 } })),
    );
    expect(most).toBe(3);
    expect(all.filter((r) => r.status === 'fulfilled')).toHaveLength(8);
    expect(all.filter((r) => r.status === 'rejected')).toMatchObject([
      { reason: { code: 'too_many_requests' } },
      { reason: { code: 'too_many_requests' } },
    ]);
    await ask({ verb: 'search', body: { range: RANGE, limit: 1 } });
  });

  it('a question that waited past its deadline gives its turn back', async () => {
    let release = (): void => {};
    const search: Answers['search'] = () =>
      new Promise((done) => {
        release = () => done({ rows: [], total: 0, totalIs: 'exact', indexedUntil: 0 });
      });
    const ask = asker({ search }, { parallel: 1 });
    const first = ask({ verb: 'search', body: { range: RANGE } });
    await expect(ask({ verb: 'health' }, 20)).rejects.toMatchObject({ code: 'device_timeout' });
    release();
    await first;
    await expect(ask({ verb: 'health' })).resolves.toMatchObject({ version: '1' });
  });
});

describe('deadline', () => {
  const stuck = { search: () => new Promise<never>(() => {}) };
  it('ends a question that takes too long', async () => {
    await expect(asker(stuck)({ verb: 'search', body: { range: RANGE } }, 20)).rejects.toMatchObject({
      code: 'device_timeout',
    });
  });

  it('is ours when the exchange allows more', async () => {
    const ask = asker(stuck, { longestMs: 20 });
    await expect(ask({ verb: 'search', body: { range: RANGE } }, 3_600_000)).rejects.toMatchObject({
      code: 'device_timeout',
    });
  });

  it('tells the store to stop', async () => {
    let told = false;
    const search: Answers['search'] = (_, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          told = true;
          reject(signal.reason);
        });
      });
    await expect(asker({ search })({ verb: 'search', body: { range: RANGE } }, 20)).rejects.toThrow();
    expect(told).toBe(true);
  });
});
