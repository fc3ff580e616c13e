/** CSV (RFC 4180): every cell quoted, and none that a spreadsheet would take for a formula. Pure. */
import { inertCell } from '@sightline/api';

const cell = (value: string | number): string => {
  const text = typeof value === 'string' ? inertCell(value) : String(value);
  return `"${text.replaceAll('"', '""')}"`;
};

export const csv = (head: string[], rows: (string | number)[][]): string =>
  [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
