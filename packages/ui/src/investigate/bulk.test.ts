import { describe, expect, it } from 'vitest';
import { observablesOf, targetsCsv } from './bulk.tsx';
import type { TargetRow } from './facts.ts';

const target = (value: string): TargetRow => ({
  key: `email:${value}`,
  type: 'email',
  observables: [{ type: 'email', value }],
  os: '',
  sightings: 2,
  states: [['delivered', 2]],
  first: 0,
  last: 1000,
});

describe('several targets at once', () => {
  it('are written as CSV that no spreadsheet takes for a formula', () => {
    const text = targetsCsv([target('ann@example.com'), target('=cmd()@example.com')]);
    expect(text.split('\r\n')[1]).toBe(
      '"ann@example.com","email","2","2 delivered","1970-01-01T00:00:00.000Z","1970-01-01T00:00:01.000Z"',
    );
    expect(text).toContain(`"'=cmd()@example.com"`);
  });

  it('are one list of observables', () => {
    expect(observablesOf([target('a@example.com'), target('b@example.com')]).map((o) => o.value)).toEqual([
      'a@example.com',
      'b@example.com',
    ]);
  });
});
