/** The suite that every engine of message tracking has to pass: known cases, then random ones against the model. */
import type {
  LookupAnswer,
  LookupInput,
  SearchAnswer,
  SearchInput,
  TopSearchInput,
  TrackEvent,
  TrackRow,
} from '@sightline/api';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { START, someAddress, someEvents, someLookup, someSearch, someTop } from './arbitrary.ts';
import { modelTrack } from './model.ts';
import { DAY, HOUR } from './retain.ts';
import type { Track } from './track.ts';

export interface EngineOptions {
  host: string;
  serial: string;
  clock: () => number;
}

/** An engine under test; `reopen` closes the track and opens the same data again. */
export interface Bench {
  open(options: EngineOptions): Promise<Track>;
  reopen(track: Track, options: EngineOptions): Promise<Track>;
  /** Removes the data. */
  dispose(track: Track): Promise<void>;
}

/** How many times the random histories that a suite has anyway. */
const TIMES = Number(process.env.SIGHTLINE_PROPERTY_TIMES ?? 1);
/** Repeats a run; only then what fails is made small, which takes minutes. */
const SEED = process.env.SIGHTLINE_PROPERTY_SEED;
const NOW = START + 5 * DAY;
const ALL = { from: 0, to: NOW };

/**
 * Declares the tests for one engine. `histories`: random ones that it has to agree on with the model, about 150
 * questions each; none for the model itself.
 */
export function conformance(name: string, bench: Bench, histories: number): void {
  const options: EngineOptions = { host: 'mail.test', serial: '1-2', clock: () => NOW };
  describe(`${name} conforms`, () => {
    let track: Track | undefined;
    const opened = async () => {
      track = await bench.open(options);
      return track;
    };
    afterEach(async () => {
      if (track) await bench.dispose(track);
      track = undefined;
    });

    lookups(opened);
    counts(opened);
    budgets(opened);
    changes(opened);
    lasting(opened, async (t) => {
      track = await bench.reopen(t, options);
      return track;
    });
    if (histories > 0) randomCases(name, bench, options, histories * TIMES);
  });
}

type Opened = () => Promise<Track>;
type Reopened = (track: Track) => Promise<Track>;

function lookups(opened: Opened): void {
  it('answers by every key, newest first, with exact totals', async () => {
    const track = await opened();
    await track.append([...mail(1, START), ...mail(2, START + 1), ...mail(3, START + 2)]);
    const keys: LookupInput['keys'] = [
      { key: 'mid', value: '2' },
      { key: 'ip', value: '192.0.2.7' },
      { key: 'domain', value: 'Sender.test' },
      { key: 'domain', value: 'link.test' },
      { key: 'address', value: 'ANN@sender.test' },
      { key: 'address', value: 'to2@here.test' },
      { key: 'subject', value: 'test TEST' },
      { key: 'message_id', value: '<id2@sender.test>' },
      { key: 'sha256', value: 'f'.repeat(64) },
      { key: 'file_name', value: 'A.PDF' },
      { key: 'url', value: 'http://LINK.test/x' },
      { key: 'domain', value: 'absent.test' },
    ];
    const { results } = await track.lookup({ range: ALL, keys, limit: 2 });
    expect(results.map((r) => [r.total, r.rows.map((row) => row.mid)])).toEqual([
      [1, [2]],
      [3, [3, 2]],
      [3, [3, 2]],
      [3, [3, 2]],
      [3, [3, 2]],
      [1, [2]],
      [3, [3, 2]],
      [1, [2]],
      [3, [3, 2]],
      [3, [3, 2]],
      [3, [3, 2]],
      [0, []],
    ]);
  });

  it('pages through a search without gaps while new messages arrive', async () => {
    const track = await opened();
    for (let mid = 1; mid <= 10; mid++) await track.append(mail(mid, START + (mid >> 1)));
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page: SearchAnswer = await track.search({ range: ALL, limit: 3, ...(cursor ? { cursor } : {}) });
      expect(page.total).toBe(10);
      seen.push(...page.rows.map((row) => row.mid));
      cursor = page.cursor;
      await track.append(mail(100 + seen.length, START + 1000));
    } while (cursor);
    expect(seen).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });
}

function counts(opened: Opened): void {
  it('answers for networks, for domains with all below them, and by what happened', async () => {
    const track = await opened();
    const spam: Body = { type: 'verdict', engine: 'x', verdict: 'positive', names: [], category: 'spam' };
    const later = { ...spam, seq: 9_000, at: START, mid: 2 } as TrackEvent;
    await track.append([...mail(1, START), ...mail(2, START), later]);
    const keys: LookupInput['keys'] = [
      { key: 'ip', value: '192.0.2.0/24' },
      { key: 'ip', value: '192.0.3.0/24' },
      { key: 'domain', value: 'test' },
      { key: 'domain', value: 'Test', subdomains: true },
      { key: 'md5', value: 'F'.repeat(32) },
      { key: 'sha1', value: 'f'.repeat(40) },
    ];
    const { results } = await track.lookup({ range: ALL, keys, limit: 0 });
    expect(results.map((r) => r.total)).toEqual([2, 0, 0, 2, 2, 2]);
    const found = async (q: Omit<SearchInput, 'range'>) =>
      (await track.search({ range: ALL, ...q })).rows.map((row) => row.mid);
    expect(await found({ events: ['spam', 'virus'] })).toEqual([2]);
    expect(await found({ events: ['delivered'] })).toEqual([2, 1]);
    expect(await found({ holds: { key: 'domain', value: 'test', subdomains: true }, mid: 1 })).toEqual([1]);
  });

  it('counts by hour and by value', async () => {
    const track = await opened();
    await track.append([...mail(1, START), ...mail(2, START + HOUR), ...mail(3, START + HOUR + 1)]);
    expect(await track.histogram({ range: ALL })).toMatchObject({
      hours: [
        { at: START, count: 1 },
        { at: START + HOUR, count: 2 },
      ],
      total: 3,
      totalIs: 'exact',
    });
    const { lists } = await track.top({ range: ALL, fields: ['sender', 'host', 'recipient'], most: 2 });
    expect(lists.map((l) => l.values)).toEqual([
      [{ value: 'ann@sender.test', count: 3 }],
      [{ value: '192.0.2.7', count: 3 }],
      [
        { value: 'to1@here.test', count: 1 },
        { value: 'to2@here.test', count: 1 },
      ],
    ]);
  });
}

function budgets(opened: Opened): void {
  it('answers with what it has when the time is up, and goes on with the cursor', async () => {
    const track = await opened();
    for (let mid = 1; mid <= 12; mid++) await track.append(mail(mid, START + (mid % 4) * DAY + mid));
    const seen: number[] = [];
    let cursor: string | undefined;
    for (let more = true; more; ) {
      const page: SearchAnswer = await track.search(
        { range: ALL, limit: 5, subject: { op: 'contains', value: 'e' }, ...(cursor ? { cursor } : {}) },
        { budgetMs: -1 },
      );
      seen.push(...page.rows.map((row) => row.mid));
      cursor = page.cursor;
      more = cursor !== undefined;
    }
    expect(seen).toEqual([11, 7, 3, 10, 6, 2, 9, 5, 1, 12, 8, 4]);
  });
}

function changes(opened: Opened): void {
  it('counts an event that comes twice once, and puts a late one where it belongs', async () => {
    const track = await opened();
    const events = mail(5, START);
    await track.append(events.toReversed());
    await track.append(events);
    const details = await track.details(5);
    expect(details?.row.verdicts).toHaveLength(1);
    expect(details?.row.state).toBe('delivered');
    const late: TrackEvent = {
      type: 'quarantined',
      seq: 9_999,
      at: START + 2,
      mid: 5,
      quarantine: 'P',
      reason: '',
    };
    await track.append([late]);
    expect((await track.details(5))?.row.state).toBe('delivered');
  });

  it('forgets whole days', async () => {
    const track = await opened();
    await track.append([...mail(1, START - 40 * DAY), ...mail(2, START)]);
    await track.prune(NOW, { days: 30 });
    expect(await track.details(1)).toBeUndefined();
    const { rows, total } = await track.search({ range: ALL });
    expect([total, rows.map((row) => row.mid)]).toEqual([1, [2]]);
  });

  it('refuses cursors it did not give', async () => {
    const track = await opened();
    await expect(track.search({ range: ALL, cursor: "1' OR 1" })).rejects.toThrow('cursor');
  });

  it('abandons a question whose signal is aborted', async () => {
    const track = await opened();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(track.search({ range: ALL }, { signal })).rejects.toThrow('gone');
  });
}

function lasting(opened: Opened, reopened: Reopened): void {
  it('keeps everything over a restart', async () => {
    const track = await opened();
    await track.append(mail(8, START));
    const before = await track.details(8);
    const again = await reopened(track);
    expect(await again.details(8)).toEqual(before);
    expect(before?.row.lastState).toBe(
      "Message 8 to to8@here.test received remote SMTP response '2.0.0 ok:  Message 8 accepted'.",
    );
    expect((await again.search({ range: ALL })).rows).toHaveLength(1);
  });
}

interface History {
  events: TrackEvent[];
  /** Events per append, in turn. */
  chunk: number;
  again: number[];
  lookups: LookupInput[];
  searches: SearchInput[];
  tops: TopSearchInput[];
  reopen: boolean;
  keepDays: number;
  /** Taken out after the first questions. */
  redact: string | undefined;
}

const history: fc.Arbitrary<History> = fc.record({
  events: someEvents(9),
  chunk: fc.integer({ min: 1, max: 20 }),
  again: fc.array(fc.nat(60), { maxLength: 20 }),
  lookups: fc.array(someLookup, { minLength: 4, maxLength: 12 }),
  searches: fc.array(someSearch, { minLength: 8, maxLength: 24 }),
  tops: fc.array(someTop, { minLength: 2, maxLength: 6 }),
  reopen: fc.boolean(),
  keepDays: fc.constantFrom(2, 30),
  redact: fc.option(someAddress, { nil: undefined }),
});

function randomCases(name: string, bench: Bench, base: EngineOptions, runs: number): void {
  it(`agrees with the model over ${runs} random histories`, { timeout: 1000 * runs + 60_000 }, async () => {
    let answers = 0;
    const property = fc.asyncProperty(history, async (h) => {
      const model = modelTrack(base);
      let track = await bench.open(base);
      try {
        await fill(h, model, track);
        if (h.reopen) track = await bench.reopen(track, base);
        answers += await compare(h, model, track);
        const { redact } = h;
        if (redact !== undefined) expect(await track.redact(redact)).toBe(await model.redact(redact));
        answers += redact === undefined ? 0 : await compare(h, model, track);
        await track.settle();
        for (const t of [model, track]) await t.prune(NOW, { days: h.keepDays });
        answers += await compare(h, model, track);
      } finally {
        await bench.dispose(track);
      }
    });
    const seed = Number(SEED ?? Date.now() % 2 ** 31);
    process.stdout.write(`${name}: ${runs} histories of seed ${seed}\n`);
    await fc.assert(property, { numRuns: runs, seed, endOnFailure: SEED === undefined });
    process.stdout.write(`${name}: ${answers} questions compared with the model\n`);
  });
}

/** The same events, in the same pieces, some of them twice. */
async function fill(h: History, ...tracks: Track[]): Promise<void> {
  for (let i = 0; i < h.events.length; i += h.chunk)
    for (const t of tracks) await t.append(h.events.slice(i, i + h.chunk));
  const again = h.again.flatMap((i) => h.events[i] ?? []);
  for (const t of tracks) await t.append(again);
}

/** Asks both the same; returns how many questions that were. */
async function compare(h: History, model: Track, track: Track): Promise<number> {
  for (const q of h.lookups) expect(results(await track.lookup(q))).toEqual(results(await model.lookup(q)));
  for (const q of h.searches) expect(await pages(track, q)).toEqual(await pages(model, q));
  for (const q of h.tops) {
    expect(await track.top(q, UNHURRIED)).toEqual(await model.top(q));
    const { fields: _, most: __, ...whole } = q;
    expect(await track.histogram(whole, UNHURRIED)).toEqual(await model.histogram(whole));
  }
  const mids = new Set(h.events.map((e) => e.mid));
  for (const mid of mids) expect(await track.details(mid)).toEqual(await model.details(mid));
  const values = h.lookups.reduce((sum, q) => sum + q.keys.length, 0);
  return values + h.searches.length + h.tops.length * 2 + mids.size;
}

const results = (answer: LookupAnswer) => answer.results;

/** However busy the machine is. */
const UNHURRIED = { budgetMs: 600_000 };

/** Every page of a search: totals and rows. */
async function pages(track: Track, q: SearchInput): Promise<{ total: number; rows: TrackRow[] }[]> {
  const all: { total: number; rows: TrackRow[] }[] = [];
  let cursor: string | undefined;
  do {
    const page: SearchAnswer = await track.search({ ...q, ...(cursor ? { cursor } : {}) }, UNHURRIED);
    expect(page.totalIs).toBe('exact');
    all.push({ total: page.total, rows: page.rows });
    cursor = page.cursor;
  } while (cursor);
  return all;
}

/** A whole ordinary message; its events are numbered from a hundred times its MID. */
export function mail(mid: number, at: number): TrackEvent[] {
  const bodies: Body[] = [
    {
      type: 'accepted',
      icid: 10 + mid,
      direction: 'incoming',
      sender: 'ann@sender.test',
      recipients: [{ rid: 0, address: `to${mid}@here.test` }],
      ip: '192.0.2.7',
      reverseDns: 'mx.sender.test',
      helo: 'mx.sender.test',
      senderGroup: 'UNKNOWNLIST',
      tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384',
      size: 1000,
    },
    {
      type: 'headers',
      subject: 'Test test',
      messageId: `id${mid}@sender.test`,
      headerFrom: ['ann@sender.test'],
      replyTo: [],
      parse: 'complete',
    },
    {
      type: 'attachment',
      attachment: {
        name: 'a.pdf',
        type: 'application/pdf',
        size: 9,
        sha256: 'f'.repeat(64),
        md5: 'f'.repeat(32),
        sha1: 'f'.repeat(40),
      },
    },
    { type: 'url', url: 'http://link.test/x' },
    { type: 'verdict', engine: 'antivirus', verdict: 'clean', names: [] },
    { type: 'queued' },
    { type: 'attempt', dcid: mid, rids: [0], host: 'mx.here.test', port: 25, ip: '203.0.113.9' },
    {
      type: 'delivered',
      dcid: mid,
      rid: 0,
      reply: { code: 250, status: '2.0.0', text: `ok:  Message ${mid} accepted` },
    },
    { type: 'finished' },
  ];
  return bodies.map((body, i) => ({ ...body, seq: mid * 100 + i, at: at + i, mid }) as TrackEvent);
}

type Body = TrackEvent extends infer E
  ? E extends TrackEvent
    ? Omit<E, 'seq' | 'at' | 'mid'>
    : never
  : never;
