/** A table: with columns `type` and `value` each row is an observable, else it is text. */
import { cellText } from '@sightline/api';
import { ObservableType } from '@sightline/ctim';
import type { Piece, Pieces } from './piece.ts';

export function csvPieces(text: string): Pieces {
  const [head, ...rows] = records(text);
  const names = head?.map((name) => name.trim().toLowerCase()) ?? [];
  const [type, value] = [names.indexOf('type'), names.findIndex((n) => n === 'value' || n === 'observable')];
  if (type < 0 || value < 0)
    return { kind: 'csv', pieces: [{ part: 'text', text: asLines([head ?? [], ...rows]) }], notes: [] };
  const pieces = rows.flatMap((row): Piece[] => {
    const parsed = ObservableType.safeParse(row[type]?.trim().toLowerCase());
    // As our own exports write it.
    const cell = cellText(row[value] ?? '');
    if (parsed.success) return [{ part: 'data', known: { type: parsed.data, value: cell } }];
    return [{ part: 'text', text: row.join('\n') }];
  });
  return { kind: 'csv', pieces, notes: [] };
}

/** Cells on lines of their own: a comma between two is no part of either. */
const asLines = (rows: string[][]): string => rows.flat().join('\n');

/** RFC 4180, with commas, semicolons or tabs, whichever the first line has most of. */
function records(text: string): string[][] {
  const first = text.slice(0, text.search(/\r?\n|$/));
  const separator = [',', ';', '\t'].sort((a, b) => first.split(b).length - first.split(a).length)[0] ?? ',';
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"\\r\\n${separator}]*))(${separator}|\\r?\\n|$)`, 'gy');
  const out: string[][] = [];
  let row: string[] = [];
  for (let m = cell.exec(text); m && cell.lastIndex <= text.length; m = cell.exec(text)) {
    row.push(m[1]?.replaceAll('""', '"') ?? m[2] ?? '');
    if (m[3] !== separator) {
      if (row.some((c) => c !== '')) out.push(row);
      row = [];
      if (m[3] === '') break;
    }
  }
  return out;
}
