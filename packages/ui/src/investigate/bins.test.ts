import { expect, it } from 'vitest';
import { bins, snapped, widthName } from './bins.ts';
import { facts } from './facts.ts';
import { answered, done, HOUR, mail, NOON, o } from './fixture.ts';

const rows = (times: number[], internal = true) =>
  facts(
    done(
      [],
      [
        answered(
          'a',
          times.map((at, i) => mail(i, [o('ip', '192.0.2.1')], [], { at, internal })),
        ),
      ],
    ),
  ).sightings;
const sum = (list: number[]): number => list.reduce((a, b) => a + b, 0);

it('counts every sighting once, in at most 64 bars of one width', () => {
  for (const span of [0, 1, HOUR, 30 * HOUR, 700 * HOUR, 9000 * HOUR, 90_000 * HOUR]) {
    const data = bins(rows(Array.from({ length: 50 }, (_, i) => NOON - (span * i) / 49)));
    expect(sum(data.internal)).toBe(50);
    expect(data.starts.length).toBeLessThanOrEqual(68);
    expect(data.starts.length).toBeGreaterThanOrEqual(12);
  }
});

it('puts a single sighting among hours', () => {
  const data = bins(rows([NOON]));
  expect(widthName(data.width)).toBe('1 hour');
  expect(data.internal[data.starts.indexOf(NOON)]).toBe(1);
});

it('tells our own environment from elsewhere', () => {
  const data = bins([...rows([NOON]), ...rows([NOON + HOUR], false)]);
  expect([sum(data.internal), sum(data.global)]).toEqual([1, 1]);
});

it('widens a brush to whole bars and never to none', () => {
  const data = { ...bins([]), width: HOUR };
  expect(snapped([NOON + 5, NOON + HOUR + 5], data)).toEqual([NOON, NOON + 2 * HOUR]);
  expect(snapped([NOON, NOON], data)).toEqual([NOON, NOON + HOUR]);
});

it('has nothing to show for nothing', () => expect(bins([]).starts).toEqual([]));
