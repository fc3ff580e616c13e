import { describe, expect, it } from 'vitest';
import { TrackEvent } from '../packages/api/src/index.ts';
import { acceptance, arrival, beginning, delivery, logLines, mail, valuesOf, type World } from './mail.ts';
import { source } from './store/feed.ts';

const world: World = { seed: 7, messages: 20_000, end: Date.UTC(2026, 9, 31, 13) };
const all = Array.from({ length: 20_000 }, (_, i) => mail(world, i + 1));
const share = (what: (m: (typeof all)[number]) => boolean) => all.filter(what).length / all.length;
const distinct = (what: (m: (typeof all)[number]) => string) => new Set(all.map(what)).size / all.length;

describe('generated mail', () => {
  it('follows from seed and number, whatever was made before', () => {
    for (const n of [19_999, 3, 12_000, 1]) expect(mail(world, n)).toEqual(all[n - 1]);
    expect(mail({ ...world, seed: 8 }, 3).subject).not.toBe(all[2]?.subject);
  });

  it('is what a gateway sees: mostly one recipient, many distinct subjects and senders, some outgoing', () => {
    expect(share((m) => m.recipients.length === 1)).toBeCloseTo(0.8, 0.5);
    expect(Math.max(...all.map((m) => m.recipients.length))).toBe(5);
    expect(distinct((m) => m.subject)).toBeGreaterThan(0.6);
    expect(distinct((m) => m.subject)).toBeLessThan(0.8);
    expect(distinct((m) => m.sender)).toBeGreaterThan(0.55);
    expect(share((m) => m.direction === 'outgoing')).toBeGreaterThan(0.1);
    const events = all.reduce((n, m) => n + acceptance(m).length + delivery(m).length, 0) / all.length;
    expect(events).toBeGreaterThan(11);
    expect(events).toBeLessThan(13);
  });

  it('has campaigns: a few subjects come again and again, with one attachment', () => {
    const groups = Map.groupBy(all, (m) => m.subject);
    const large = [...groups.values()].filter((g) => g.length >= 50);
    expect(large.length).toBeGreaterThan(10);
    expect(large.reduce((n, g) => n + g.length, 0) / all.length).toBeGreaterThan(0.2);
    for (const g of large) expect(new Set(g.flatMap(valuesOf.sha256)).size).toBeLessThanOrEqual(1);
  });

  it('arrives in order over the month, later numbers after it', () => {
    for (const [i, m] of all.entries())
      expect(m.at).toBeGreaterThanOrEqual(all[i - 1]?.at ?? beginning(world));
    expect(all.at(-1)?.at).toBeLessThan(world.end);
    expect(arrival(world, 20_001)).toBe(world.end);
    expect(arrival(world, 25_000)).toBe(world.end + 1000);
  });

  it('makes valid events with ascending numbers, each message accepted before it is delivered', () => {
    const from = source(world, 1);
    const events = [...from.take(600), ...from.take(10), ...from.rest()];
    expect(events.flatMap((e) => (TrackEvent.safeParse(e).success ? [] : [e]))).toEqual([]);
    for (const [i, e] of events.entries()) expect(e.seq).toBeGreaterThan(events[i - 1]?.seq ?? 0);
    const whole = all.slice(0, 610).flatMap((m) => [...acceptance(m), ...delivery(m)]);
    expect(events.toSorted((a, b) => a.seq - b.seq)).toEqual(whole.toSorted((a, b) => a.seq - b.seq));
  });

  it('is written as five or six lines that hold all its values', () => {
    for (const m of all.slice(0, 500)) {
      const text = logLines(m);
      expect([5, 6]).toContain(text.split('\n').length - 1);
      for (const values of Object.values(valuesOf)) for (const v of values(m)) expect(text).toContain(v);
    }
  });
});
