import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTrack, type Track } from '../packages/appliance/src/track/track.ts';
import { Draw, mail, valuesOf, type World } from './mail.ts';
import { check } from './store/check.ts';
import { build } from './store/feed.ts';
import { absent, ask, later, needle, observable, present, quantile, samples } from './store/sample.ts';
import { run } from './store.ts';

const FIGURES = [
  'bench',
  'messages',
  'ingest_per_s',
  'q1_p50_ms',
  'q1_p99_ms',
  'q1_cold_p99_ms',
  'q1_absent_p99_ms',
  'q4_p99_ms',
  'contains_p99_ms',
  'contains_two_words_p99_ms',
  'begins_p99_ms',
  'details_p99_ms',
  'q1_p99_ms_while_ingesting',
  'bytes_per_message',
  'rss_mb',
  'rg_s',
  'grep_s',
];
const world: World = { seed: 3, messages: 2000, end: Date.UTC(2026, 9, 31, 13) };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bench-test-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('questions', () => {
  it('are answered by some message, or by none', () => {
    const values = new Set<string>();
    for (let n = 1; n <= world.messages; n++)
      for (const [key, of] of Object.entries(valuesOf))
        for (const v of of(mail(world, n))) values.add(`${key} ${v}`);
    const has = ({ key, value }: { key: string; value: string }) => values.has(`${key} ${value}`);
    expect(samples(1, ask.q1, 500, (d) => present(world, d)).every(has)).toBe(true);
    expect(samples(1, ask.absent, 500, absent).some(has)).toBe(false);
    const mixed = samples(1, ask.q1, 2000, (d) => observable(world, d)).filter(has).length / 2000;
    expect(mixed).toBeGreaterThan(0.36);
    expect(mixed).toBeLessThan(0.44);
  });

  it('are not asked twice: seeds and measurements have others', () => {
    const purposes = [...Object.values(ask), ...Object.values(later)];
    expect(new Set(purposes).size).toBe(purposes.length);
    const first = (seed: number, purpose: number) =>
      JSON.stringify(samples(seed, purpose, 20, (d) => present(world, d)));
    expect(new Set([first(1, 101), first(2, 101), first(1, 102)]).size).toBe(3);
  });

  it('contain words that stand in a subject', () => {
    const subjects = Array.from({ length: world.messages }, (_, i) => mail(world, i + 1).subject);
    for (const words of [1, 2]) {
      const text = needle(world, new Draw(5, 5, words), words);
      expect(text.split(' ')).toHaveLength(words);
      expect(subjects.some((s) => s.includes(text))).toBe(true);
    }
  });

  it('have their times summed up by nearest rank', () => {
    const times = Array.from({ length: 200 }, (_, i) => 200 - i);
    expect([0.5, 0.99, 1].map((share) => quantile(times, share))).toEqual([100, 198, 200]);
    expect(quantile([5], 0.99)).toBe(5);
  });
});

describe('the comparison with the generator', () => {
  const opened = () => openTrack({ dir: join(dir, 'track'), host: 'h', serial: 's', clock: () => world.end });

  it('agrees with a store that has all messages, and sees a single total that is wrong', async () => {
    const track = await opened();
    await build(track, world, () => {});
    expect(await check(track, world, () => {})).toBeGreaterThan(100);
    const wrong: Track = {
      ...track,
      lookup: async (q) => {
        const answer = await track.lookup(q);
        const results = answer.results.map((r, i) => (i === 20 ? { ...r, total: r.total + 1 } : r));
        return { ...answer, results };
      },
    };
    await expect(check(wrong, world, () => {})).rejects.toThrow('disagrees');
    await track.close();
  });
});

describe('a run', () => {
  const small = ['--messages', '2000', '--effort', '0.02', '--seconds', '0.5'];

  it('gives every figure and leaves nothing behind', { timeout: 90_000 }, async () => {
    const result = await run([...small, '--dir', dir]);
    expect(Object.keys(result).slice(0, FIGURES.length)).toEqual(FIGURES);
    const optional = ['rg_s', 'grep_s', 'q1_cold_p99_ms', 'open_ms', 'start_ms'];
    const missing = Object.keys(result).filter((key) => result[key] === null && !optional.includes(key));
    expect(missing).toEqual([]);
    expect(result.totals_checked).toBeGreaterThan(100);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('asks a kept store again and measures only what it is told to', { timeout: 90_000 }, async () => {
    const first = await run([...small, '--dir', dir, '--keep', '--only', 'q1,ingesting']);
    const second = await run([...small, '--dir', dir, '--only', 'check,details']);
    expect(second).toMatchObject({
      ingest_per_s: first.ingest_per_s,
      q1_p99_ms: null,
      totals_checked: expect.any(Number),
    });
    expect(second.details_p99_ms).toBeGreaterThan(0);
    expect(readdirSync(dir).toSorted()).toEqual(['bench.json', 'track']);
    await expect(run(['--messages', '3000', '--dir', dir])).rejects.toThrow('2000 messages');
  });

  it('refuses what it cannot measure', async () => {
    await expect(run(['--only', 'q9', '--dir', dir])).rejects.toThrow('q9');
    await expect(run(['--messages', 'many', '--dir', dir])).rejects.toThrow('--messages');
  });
});
