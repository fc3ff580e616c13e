import { expect, it } from 'vitest';
import type { Chosen, Part } from './part.ts';
import { type Ranking, top } from './tally.ts';

const NONE = { count: 0, hits: [] };

/** A part whose messages hold texts so and so often; nothing of it is read. */
function part(counts: Record<string, number>): Part {
  const chosen: Chosen = {
    count: Object.values(counts).reduce((a, b) => a + b, 0),
    hours: () => {},
    values: (_, over, tell) => {
      for (const [text, count] of Object.entries(counts)) if (count > over) tell(text, count);
    },
    holding: (_, text) => ({ count: counts[text] ?? 0, hits: [] }),
  };
  return {
    oldest: 1,
    newest: 1,
    maxMid: 1,
    find: () => NONE,
    span: () => NONE,
    select: () => NONE,
    choose: () => chosen,
    record: () => undefined,
    drop: () => false,
  };
}

function ranked(parts: Part[], most: number, expired = () => false): Ranking | undefined {
  const work = top(parts, { range: { from: 0, to: 9 }, fields: ['sender'], most }, () => 0, expired);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value[0];
  }
}

const counts = (r: Ranking | undefined) => r?.values.map(({ text, count }) => [text, count]);

it('finds what is common as a whole although it is rare in a part, exactly', () => {
  const many = part({ a: 900_000, b: 500_000, c: 1, d: 3 });
  const found = ranked([many, part({ c: 500_003, d: 2 }), part({ b: 1, e: 2 })], 3);
  expect(counts(found)).toEqual([
    ['a', 900_000],
    ['c', 500_004],
    ['b', 500_001],
  ]);
  expect(found?.valuesAre).toBe('all');
});

it('says when a value that is rare everywhere may belong there too', () => {
  const found = ranked([part({ a: 2_000_000, b: 4, c: 5 }), part({ b: 4 })], 2);
  expect(found?.values[0]).toMatchObject({ text: 'a', count: 2_000_000 });
  expect(found?.valuesAre).toBe('some');
});

it('says when the time was up', () => {
  const found = ranked([part({ a: 1 }), part({ b: 1 })], 2, () => true);
  expect(found?.valuesAre).toBe('some');
});
