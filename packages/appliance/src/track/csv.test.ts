import type { TrackRow } from '@sightline/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mail } from './conformance.ts';
import { csv, everyRow } from './csv.ts';
import { foldRow } from './fold.ts';
import { modelTrack } from './model.ts';

const row = (change: Partial<TrackRow>): TrackRow => {
  const folded = foldRow({ host: 'h', serial: 's' }, mail(8, 0));
  if (!folded) throw new Error('no row');
  return { ...folded, ...change };
};

async function text(rows: TrackRow[]): Promise<string> {
  let all = '';
  for await (const chunk of csv(rows)) all += chunk;
  return all;
}

/** A small RFC 4180 reader: what a spreadsheet sees. */
const cells = (line: string) =>
  [...line.matchAll(/"((?:[^"]|"")*)"/g)].map((m) => m[1]?.replaceAll('""', '"'));

it('writes one line a row and quotes every cell', async () => {
  const lines = (await text([row({ subject: 'He said "no", twice' })])).split('\r\n');
  expect(lines).toHaveLength(3);
  expect(cells(lines[0] ?? '')).toHaveLength(21);
  expect(cells(lines[1] ?? '')).toContain('He said "no", twice');
});

it('never lets a cell begin like a formula, nor an event take two lines', async () => {
  const evil = fc
    .tuple(
      fc.constantFrom('', ' ', '\t', '\r\n', '\ufeff'),
      fc.constantFrom('=', '+', '-', '@', '＝', '＋', '－', '＠'),
    )
    .chain(([space, sign]) => fc.string({ unit: 'binary' }).map((rest) => space + sign + rest));
  await fc.assert(
    fc.asyncProperty(evil, async (subject) => {
      const lines = (await text([row({ subject })])).split(/\r\n|\r|\n/);
      expect(lines).toHaveLength(3);
      for (const cell of cells(lines[1] ?? '')) expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
    }),
    { numRuns: 200 },
  );
});

it('exports every page', async () => {
  const track = modelTrack({ host: 'h', serial: 's', clock: () => 9e9 });
  for (let mid = 1; mid <= 1500; mid++) await track.append(mail(mid, mid).slice(0, 2));
  const mids: number[] = [];
  for await (const r of everyRow(track.search, { range: { from: 0, to: 9e9 } })) mids.push(r.mid);
  expect(mids).toEqual(Array.from({ length: 1500 }, (_, i) => 1500 - i));
});
