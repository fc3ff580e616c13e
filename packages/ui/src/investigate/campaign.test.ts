import type { Sighting } from '@sightline/ctim';
import { expect, it } from 'vitest';
import { campaigns, subjectForm } from './campaign.ts';
import type { SightingRow } from './facts.ts';
import { mail, o } from './fixture.ts';

const row = (
  n: number,
  subject: string,
  from: string,
  to: string[],
  extra: Partial<Sighting> = {},
): SightingRow => {
  const sighting = { ...mail(n, [o('email_subject', subject)], to, { from }), ...extra };
  return { id: `m/${n}`, module: 'esa', at: n, sighting };
};
const state = (word: string): Partial<Sighting> => ({
  data: { columns: [{ name: 'Last state', type: 'string' }], rows: [[word]], row_count: 1 },
});

it('knows a subject again with other numbers and a reply mark', () => {
  expect(subjectForm('RE: Fwd: Invoice 88214 due')).toBe(subjectForm('invoice  9/2026 due'));
  expect(subjectForm('Invoice due')).not.toBe(subjectForm('Invoice paid'));
});

it('joins messages by subject form, sender or file, and says what they share and what became of them', () => {
  const [a, b, c] = [
    row(1, 'Invoice 1 due', 'x@evil.example', ['ann@example.com'], state('Delivered')),
    row(2, 'Invoice 2 due', 'y@evil.example', ['bob@example.com'], state('Quarantined')),
    row(3, 'Something else', 'y@evil.example', ['ann@example.com'], state('Delivered')),
  ];
  const other = row(9, 'Lunch', 'friend@example.net', ['cat@example.com']);
  const [only, ...rest] = campaigns([a, b, c, other]);
  expect(rest).toEqual([]);
  expect(only).toMatchObject({
    recipients: 2,
    states: [
      ['delivered', 2],
      ['quarantined', 1],
    ],
    first: 1,
    last: 3,
  });
  expect(only?.sightings.map((s) => s.id)).toEqual(['m/1', 'm/2', 'm/3']);
  expect(only?.traits[0]).toMatchObject({ messages: 2 });
});

it('leaves alone what is no message, and what is too few', () => {
  const rows = [row(1, 'Invoice 1 due', 'x@evil.example', []), row(2, 'Invoice 2 due', 'x@evil.example', [])];
  expect(campaigns(rows)).toEqual([]);
  const bare = rows.map((r) => ({ ...r, sighting: { ...r.sighting, relations: [] } }));
  expect(campaigns([...bare, ...bare, ...bare])).toEqual([]);
});
