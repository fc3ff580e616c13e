/** Rows as CSV (RFC 4180) that a spreadsheet does not run, and back. Pure. */
import { cellText, inertCell } from '@sightline/api';

/** A cell that begins like a formula gets a quote before it, which spreadsheets read as "this is text". */
const cell = (value: string): string => {
  const inert = inertCell(value);
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
};

export const csvOf = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
/** The rows of a text; comma, semicolon or tab, whichever its first line has. */
export function readCsv(text: string): string[][] {
  const clean = text.replace(/^\uFEFF/, '');
  const first = clean.split(/\r?\n/, 1)[0] ?? '';
  const comma = [',', ';', '\t'].find((sign) => first.includes(sign)) ?? ',';
  const rows: string[][] = [];
  let row: string[] = [];
  const pattern = new RegExp(`("(?:[^"]|"")*"|[^"\\r\\n${comma}]*)(${comma}|\\r?\\n|$)`, 'gy');
  for (let match = pattern.exec(clean); match; match = pattern.exec(clean)) {
    const [, value = '', end = ''] = match;
    row.push(unquoted(value));
    if (end !== comma) {
      if (row.some((one) => one !== '')) rows.push(row);
      row = [];
    }
    if (pattern.lastIndex >= clean.length) break;
  }
  return rows;
}

function unquoted(value: string): string {
  const plain = value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value.trim();
  return cellText(plain);
}
