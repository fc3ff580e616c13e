/** What a kill -9 leaves behind at each step: the files as they are then, opened again and compared with the model. */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrackEvent } from '@sightline/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { START } from './arbitrary.ts';
import { client } from './client.ts';
import { mail } from './conformance.ts';
import { Engine } from './engine.ts';
import { runJob } from './job.ts';
import { modelTrack } from './model.ts';
import { DAY } from './retain.ts';
import { serve } from './serve.ts';
import type { Track } from './track.ts';

const TMP = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const NOW = START + 5 * DAY;
const ALL = { from: 0, to: NOW };
const options = { host: 'mail.test', serial: '1-2', clock: () => NOW };
const KEEP = { days: 4 };

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(TMP, 'crash-'));
});
afterEach(() => rmSync(base, { recursive: true }));

async function open(dir: string, step?: (name: string) => void): Promise<Track> {
  const engine = await Engine.open({
    dir,
    sealAt: 3,
    mergeTo: 1e6,
    run: async (job) => {
      step?.(`build for ${job.do}`);
      const made = runJob(job);
      step?.(`built for ${job.do}`);
      return made;
    },
    ...(step ? { step } : {}),
  });
  return client((op, args, now, signal) => serve(engine, op, args, now, signal), options);
}

type Deed = (track: Track) => Promise<unknown>;

const GONE = 'to6@here.test';
const redact: Deed = (track) => track.redact(GONE);

/** Messages of several days, late events for sealed ones, events that come twice, and retention. */
function deeds(): Deed[] {
  const late = (mid: number, seq: number): TrackEvent => ({
    type: 'bounced',
    seq,
    at: START + 3 * DAY,
    mid,
    dcid: 1,
    rid: 0,
    reply: { code: 550, status: '5.1.1', text: 'no' },
  });
  const messages = Array.from({ length: 16 }, (_, i) => mail(i + 1, START + (i % 4) * DAY + i));
  const append =
    (events: TrackEvent[]): Deed =>
    (track) =>
      track.append(events);
  return [
    ...messages.slice(0, 8).map(append),
    append([late(1, 9001), late(2, 9002)]),
    append(messages[0] ?? []),
    ...messages.slice(8).map(append),
    append([late(1, 9003), late(9, 9004)]),
    (track) => track.prune(NOW, KEEP),
    append(mail(17, START + 2 * DAY)),
    (track) => track.settle(),
    append([late(17, 9005), late(6, 9006)]),
    redact,
    append([late(18, 9007), late(10, 9008)]),
    (track) => track.prune(NOW + 2 * DAY, KEEP),
  ];
}

/** Everything that can be asked about. */
async function seen(track: Track): Promise<unknown> {
  const all = await track.search({ range: ALL, limit: 1000 });
  const details = [];
  for (let mid = 1; mid <= 18; mid++) details.push(await track.details(mid));
  const keys = [
    { key: 'domain', value: 'sender.test' },
    { key: 'address', value: 'to1@here.test' },
    { key: 'mid', value: '9' },
  ] as const;
  const { results } = await track.lookup({ range: ALL, keys: [...keys] });
  return { total: all.total, rows: all.rows, details, results };
}

interface Snapshot {
  name: string;
  dir: string;
  /** Deeds that were done; the next one may be half done. */
  done: number;
}

/** Does everything and keeps a copy of the files at each step. */
async function run(): Promise<Snapshot[]> {
  const dir = join(base, 'live');
  const shots: Snapshot[] = [];
  let done = 0;
  const track = await open(dir, (name) => {
    const copy = join(base, String(shots.length));
    cpSync(dir, copy, { recursive: true });
    shots.push({ name, dir: copy, done });
  });
  for (const deed of deeds()) {
    await deed(track);
    done++;
  }
  await track.close();
  return shots;
}

/** The answers after each number of deeds. */
async function expected(): Promise<unknown[]> {
  const model = modelTrack(options);
  const answers = [await seen(model)];
  for (const deed of deeds()) {
    await deed(model);
    answers.push(await seen(model));
  }
  return answers;
}

it('loses nothing that was confirmed, and shows nothing twice, at whatever step it is killed', async () => {
  const shots = await run();
  const answers = await expected();
  const names = new Set(shots.map((s) => s.name));
  for (const name of [
    'append',
    'appended',
    'new journal',
    'manifest',
    'manifest written',
    'seal',
    'built for seal',
  ])
    expect(names).toContain(name);
  for (const name of [
    'merge',
    'built for merge',
    'remove journal',
    'remove segment',
    'redact',
    'built for redact',
  ])
    expect(names).toContain(name);
  for (const { name, dir, done } of shots) {
    const track = await open(dir);
    // begun once, a redaction is completed, and only then the answers are those of before or after
    if (readFileSync(join(dir, 'manifest.json'), 'utf8').includes(GONE)) await track.settle();
    const found = JSON.stringify(await seen(track));
    const either = [answers[done], answers[done + 1] ?? answers[done]].map((a) => JSON.stringify(a));
    expect(either, `${name}, after ${done}`).toContain(found);
    for (const deed of deeds().slice(done)) await deed(track);
    expect(await seen(track), `${name}, after ${done}, gone on`).toEqual(answers.at(-1));
    await track.settle();
    expect(await seen(track), `${name}, after ${done}, settled`).toEqual(answers.at(-1));
    await track.close();
    for (const file of readdirSync(dir)) expect(readFileSync(join(dir, file), 'latin1')).not.toContain(GONE);
  }
}, 120_000);

it('passes over an entry of the journal that was cut off anywhere', async () => {
  const dir = join(base, 'live');
  const track = await open(dir);
  await track.append(mail(1, START));
  const before = await seen(track);
  const journal = join(dir, readdirSync(dir).find((f) => f.endsWith('.journal')) ?? '');
  const whole = statSync(journal).size;
  await track.append(mail(2, START));
  const end = statSync(journal).size;
  await track.close();
  for (let cut = whole; cut < end; cut += 97) {
    const copy = join(base, `cut${cut}`);
    cpSync(dir, copy, { recursive: true });
    truncateSync(join(copy, journal.slice(dir.length)), cut);
    const again = await open(copy);
    expect(await seen(again)).toEqual(before);
    await again.append(mail(2, START));
    await again.close();
    const third = await open(copy);
    expect((await third.search({ range: ALL })).total).toBe(2);
    await third.close();
  }
});
