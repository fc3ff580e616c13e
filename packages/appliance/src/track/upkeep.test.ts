/** What an operator does with the files: backup, check, rebuild, retention by size; and questions that are cut off. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrackEvent } from '@sightline/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { START } from './arbitrary.ts';
import { check } from './check.ts';
import { client } from './client.ts';
import { mail } from './conformance.ts';
import { Engine } from './engine.ts';
import { FileReader } from './file.ts';
import { runJob } from './job.ts';
import { rebuild } from './rebuild.ts';
import { DAY } from './retain.ts';
import { serve } from './serve.ts';
import type { Track } from './track.ts';

const TMP = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const NOW = START + 5 * DAY;
const ALL = { from: 0, to: NOW };

let base = '';
let dir = '';
beforeEach(() => {
  base = mkdtempSync(join(TMP, 'upkeep-'));
  dir = join(base, 'track');
});
afterEach(() => rmSync(base, { recursive: true }));

async function open(at = dir): Promise<Track> {
  const run = async (job: Parameters<typeof runJob>[0]) => runJob(job);
  const engine = await Engine.open({ dir: at, sealAt: 3, mergeTo: 1e6, run });
  const source = { host: 'mail.test', serial: '1-2', clock: () => NOW };
  return client((op, args, now, signal) => serve(engine, op, args, now, signal), source);
}

const bounced = (mid: number, seq: number): TrackEvent => ({
  type: 'bounced',
  seq,
  at: START + 4 * DAY,
  mid,
  dcid: 1,
  rid: 0,
  reply: { code: 550, status: '5.1.1', text: 'no' },
});

/** Messages of four days, some of them in a later version. */
async function fill(track: Track): Promise<void> {
  for (let i = 0; i < 20; i++) await track.append(mail(i + 1, START + (i % 4) * DAY + i));
  await track.settle();
  await track.append([bounced(2, 9001), bounced(7, 9002)]);
  await track.settle();
  await track.append(mail(21, START + 4 * DAY));
}

async function seen(track: Track): Promise<unknown> {
  const { rows, total } = await track.search({ range: ALL, limit: 1000 });
  const keys = [{ key: 'domain', value: 'sender.test' } as const, { key: 'mid', value: '7' } as const];
  const { results } = await track.lookup({ range: ALL, keys });
  const top = await track.top({ range: ALL, fields: ['recipient', 'subject'] });
  return { rows, total, results, top: top.lists, details: await track.details(2) };
}

async function filled(): Promise<unknown> {
  const track = await open();
  await fill(track);
  const answers = await seen(track);
  await track.close();
  return answers;
}

const segments = (): string[] =>
  readdirSync(dir)
    .filter((name) => name.endsWith('.segment'))
    .map((name) => join(dir, name));

/** Turns the bits of a byte in the middle of a section. */
function damage(path: string, section: string): void {
  const file = new FileReader(path, statSync(path).size);
  file.close();
  const [offset, length] = file.table.sections[section] ?? [0, 0, 0];
  const bytes = readFileSync(path);
  if (length === 0) return;
  const at = offset + (length >> 1);
  bytes[at] = ~(bytes[at] as number) & 255;
  writeFileSync(path, bytes);
}

it('copies a store that goes on, and brings the copy up to date', async () => {
  const track = await open();
  await fill(track);
  const to = join(base, 'copy');
  const going = Array.from({ length: 9 }, (_, i) => track.append(mail(30 + i, START + i)));
  await Promise.all([track.backup(to), ...going]);
  await track.backup(to);
  const before = await seen(track);
  await track.append(mail(50, START));
  const after = await seen(track);
  const copy = await open(to);
  expect(await seen(copy)).toEqual(before);
  await copy.close();
  await track.settle();
  await track.backup(to);
  const again = await open(to);
  expect(await seen(again)).toEqual(after);
  await again.close();
  await track.close();
  expect(check(to).problems).toEqual([]);
});

it('does not copy over what is no copy of this store', async () => {
  const track = await open();
  await fill(track);
  await expect(track.backup(base)).rejects.toThrow('holds something else');
  const other = await open(join(base, 'other'));
  await other.append(mail(1, START));
  await expect(other.backup(join(base, 'track'))).rejects.toThrow('holds something else');
  await other.close();
  await track.close();
});

it('finds nothing wrong with a whole store, and says what is damaged', async () => {
  await filled();
  expect(check(dir)).toMatchObject({ problems: [] });
  const [first = '', second = '', third = ''] = segments();
  damage(first, 'hash');
  damage(second, 'record');
  truncateSync(third, statSync(third).size - 9);
  const { problems } = check(dir);
  expect(problems).toEqual([
    expect.stringContaining('damaged: hash'),
    expect.stringContaining('damaged: record'),
    expect.stringContaining('is damaged'),
  ]);
  expect(() => check(join(base, 'nowhere'))).toThrow('holds no tracking data');
});

it('finds an index that is whole but is not that of the records', async () => {
  await filled();
  const [path = ''] = segments();
  const file = new FileReader(path, statSync(path).size);
  file.close();
  damage(path, 'hash');
  const bytes = readFileSync(path);
  const crc = JSON.stringify(file.table.sections.hash);
  const { crc32 } = await import('node:zlib');
  const [offset, length] = file.table.sections.hash ?? [0, 0, 0];
  const section = bytes.subarray(offset, offset + length);
  const tail = bytes.subarray(bytes.length - 16);
  const table = bytes.subarray(bytes.length - 16 - tail.readUInt32LE(0), bytes.length - 16);
  const forged = Buffer.from(table.toString().replace(crc, JSON.stringify([offset, length, crc32(section)])));
  const end = Buffer.from(tail);
  end.writeUInt32LE(forged.length, 0);
  end.writeUInt32LE(crc32(forged), 4);
  writeFileSync(path, Buffer.concat([bytes.subarray(0, bytes.length - 16 - table.length), forged, end]));
  expect(check(dir).problems).toEqual([expect.stringContaining('not those of its records')]);
});

it.each(['hash', 'list', 'subject.text', 'flags', 'bloom'])(
  'rebuilds after damage to %s',
  async (section) => {
    const answers = await filled();
    for (const path of segments()) damage(path, section);
    expect((await rebuild(dir)).problems).toEqual([]);
    expect(check(dir).problems).toEqual([]);
    const track = await open();
    expect(await seen(track)).toEqual(answers);
    await track.close();
  },
);

it('rebuilds what lost its ends and its manifest', async () => {
  const answers = await filled();
  const before = segments().length;
  for (const path of segments()) truncateSync(path, statSync(path).size - 20);
  rmSync(join(dir, 'manifest.json'));
  const { problems } = await rebuild(dir);
  expect(problems.length).toBe(before + 1);
  expect(check(dir).problems).toEqual([]);
  const track = await open();
  expect(await seen(track)).toEqual(answers);
  await track.close();
});

it('keeps every record but the damaged one', async () => {
  await filled();
  const [path = ''] = segments();
  damage(path, 'record');
  await rebuild(dir);
  expect(check(dir).problems).toEqual([]);
  const track = await open();
  expect((await track.search({ range: ALL })).total).toBeGreaterThanOrEqual(20);
  await track.close();
});

it('keeps no more bytes than it may, the newest days, and today in any case', async () => {
  const track = await open();
  await fill(track);
  await track.settle();
  const sizes = segments().map((path) => statSync(path).size);
  const most = sizes.reduce((a, b) => a + b) - 1;
  await track.prune(NOW, { days: 3650, bytes: most });
  const left = await track.search({ range: ALL });
  expect(segments().reduce((sum, path) => sum + statSync(path).size, 0)).toBeLessThanOrEqual(most);
  expect(Math.min(...left.rows.map((row) => row.received))).toBe(START + DAY + 1);
  await track.append(mail(60, NOW));
  await track.settle();
  await track.prune(NOW, { days: 3650, bytes: 1 });
  expect((await track.search({ range: { from: 0, to: NOW + DAY } })).rows.map((row) => row.mid)).toEqual([
    60,
  ]);
  await track.close();
});

it('abandons a question in the middle', async () => {
  const run = async (job: Parameters<typeof runJob>[0]) => runJob(job);
  const engine = await Engine.open({ dir, sealAt: 1, mergeTo: 1e6, run });
  const abandoned = new AbortController();
  const search = { range: ALL, limit: 100, subject: { op: 'contains' as const, value: 'e' } };
  let pieces = 0;
  const slow = () => {
    const end = performance.now() + 3;
    while (performance.now() < end);
    pieces++;
    if (pieces === 2) setImmediate(() => abandoned.abort(new Error('gone')));
    return false;
  };
  const track = client((op, args, now, signal) => serve(engine, op, args, now, signal), {
    host: 'h',
    serial: 's',
    clock: () => NOW,
  });
  for (let i = 0; i < 40; i++) await track.append(mail(i + 1, START + (i % 4) * DAY));
  const { search: original } = engine;
  engine.search = (q) => original.call(engine, q, slow);
  await expect(track.search(search, { signal: abandoned.signal })).rejects.toThrow('gone');
  expect(pieces).toBeLessThan(5);
  await track.close();
});
